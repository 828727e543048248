import { setTimeout as wait } from 'node:timers/promises';

interface Answer {
  readonly status: number;
}

interface Load {
  /** Resolves after this number of further answers. */
  further(answers: number): Promise<void>;
  /**
   * Ends the load.
   * @returns the different statuses in order, 0 for an answer that never came, and the milliseconds of the
   * slowest answer.
   */
  end(): Promise<{ statuses: readonly number[]; slowest: number }>;
}

/** Refusals are quick. Without a pause the clients would take the processor from the tests beside them. */
const PAUSE_MS = 10;

/** Clients that ask over and over, each with the next request soon after it has the answer. */
export function keepAsking(asks: readonly (() => Promise<Answer>)[], clients = 10): Load {
  const statuses = new Set<number>();
  const waiting = new Set<{ left: number; resolve: () => void }>();
  let slowest = 0;
  let isGoing = true;

  const count = (status: number) => {
    statuses.add(status);
    for (const one of waiting) {
      one.left -= 1;
      if (one.left <= 0 && waiting.delete(one)) one.resolve();
    }
  };
  const client = async (_: unknown, n: number) => {
    for (let turn = n; isGoing; turn += 1) {
      const began = performance.now();
      const answer = await asks[turn % asks.length]?.().catch(() => ({ status: 0 }));
      slowest = Math.max(slowest, performance.now() - began);
      count(answer?.status ?? 0);
      await wait(PAUSE_MS);
    }
  };
  const running = Array.from({ length: clients }, client);

  return {
    further: (left) =>
      new Promise((resolve) => {
        waiting.add({ left, resolve });
      }),
    async end() {
      isGoing = false;
      await Promise.all(running);
      return { statuses: [...statuses].sort((one, other) => one - other), slowest };
    },
  };
}
