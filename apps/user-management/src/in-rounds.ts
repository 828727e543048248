import { setTimeout as wait } from 'node:timers/promises';

/** Ends with a pause between two rounds, or when the service stops. */
export type Pause = (signal: AbortSignal) => Promise<unknown>;

export interface Rounds {
  /** Waits for the round that is running. No round starts any more. */
  stop(): Promise<void>;
}

/** Runs a round at once, and one after each pause. @param round never throws. */
export function inRounds(round: () => Promise<void>, pause: Pause): Rounds {
  const stopping = new AbortController();
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await round();
      await pause(stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
    },
  };
}

/** A random time, these milliseconds on average: so the replicas spread. */
export const about =
  (milliseconds: number): Pause =>
  async (signal) => {
    const options = { signal, ref: false };
    // The wait ends with an error when the service stops, and that is what it is for.
    await wait(milliseconds * (0.5 + Math.random()), undefined, options).catch(() => undefined);
  };
