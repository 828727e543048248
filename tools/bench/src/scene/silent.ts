/** For the adapters that the benchmark itself uses. Their work is neither measured nor logged. */
const nothing = () => undefined;

export const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const redisObserver = { lookup: nothing, command: nothing, redisState: nothing, redisVitals: nothing };
