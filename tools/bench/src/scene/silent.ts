/** For adapters that the benchmark uses itself: what they do is neither measured nor reported. */
const nothing = () => undefined;

export const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const redisObserver = { lookup: nothing, command: nothing, redisState: nothing, redisVitals: nothing };
