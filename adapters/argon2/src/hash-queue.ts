import { Overloaded } from '@user-management/domain';

export interface HashObserver {
  /** The duration of one hash, without the time in the queue. */
  hashed(seconds: number): void;
  /** The number of waiting jobs, without the running ones. */
  hashQueue(length: number): void;
  hashRefused(): void;
}

/**
 * The longest wait of a password in seconds. A login waits twice at most: for a check, and for a new hash
 * after a change of the parameters. That stays below the common client timeout of ten seconds. Beyond the
 * timeout, the service would hash for clients that have given up, and their retries would add more work.
 */
export const LONGEST_WAIT = 3;

/**
 * The estimated seconds of a hash before the first measurement: the default parameters on a typical server.
 */
export const FIRST_ESTIMATE = 0.025;

// Averages about the last 16 hashes. It follows the load of the machine, but a single slow hash changes
// little.
const WEIGHT = 1 / 16;

/** The queue limit with which the last job waits no longer than `LONGEST_WAIT`. */
export const waitingRoom = (lanes: number, secondsEach: number): number =>
  Math.max(lanes, Math.floor((LONGEST_WAIT * lanes) / secondsEach));

/** The longest time in seconds that a result is held for others. It is short beside a wait in the queue. */
const LONGEST_HOLD = 0.07;

/** The number of results that are handed out together. Slow hashes are handed out one by one. */
export const groupSize = (lanes: number, secondsEach: number): number =>
  Math.max(1, Math.floor((LONGEST_HOLD * lanes) / secondsEach));

/**
 * Runs at most `lanes` jobs at a time. Other jobs wait in a queue, and a full queue refuses new jobs.
 *
 * While jobs wait, results are handed out in groups. What follows a hash is spread over several turns of the
 * event loop, here and in Redis. After a hash each turn starts with cold caches of the processor, which a
 * group pays for once (docs/decisions/0032-hashes-in-groups.md).
 */
export class HashQueue {
  readonly #lanes: number;
  readonly #observer: HashObserver;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  readonly #held: (() => void)[] = [];
  #running = 0;
  #secondsEach = FIRST_ESTIMATE;

  /** @param now a monotonic clock in seconds. */
  constructor(lanes: number, observer: HashObserver, now: () => number) {
    this.#lanes = lanes;
    this.#observer = observer;
    this.#now = now;
  }

  /** @throws {Overloaded} immediately, when the queue is full. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#lanes) this.#running++;
    else await this.#turn();
    try {
      return await this.#measured(job);
    } finally {
      this.#makeRoom();
      await this.#handOut();
    }
  }

  async #measured<T>(job: () => Promise<T>): Promise<T> {
    const start = this.#now();
    const result = await job();
    const seconds = this.#now() - start;
    this.#secondsEach += (seconds - this.#secondsEach) * WEIGHT;
    this.#observer.hashed(seconds);
    return result;
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= waitingRoom(this.#lanes, this.#secondsEach)) {
      this.#observer.hashRefused();
      throw new Overloaded(this.#secondsUntilEmpty());
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#observer.hashQueue(this.#waiting.length);
    });
  }

  // Hands the lane directly to the next job in the queue, so that a new job cannot overtake it.
  #makeRoom(): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#running--;
      return;
    }
    this.#observer.hashQueue(this.#waiting.length);
    next();
  }

  // A job that waits keeps all lanes busy, so another result follows a held one.
  #handOut(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve);
      const more = this.#waiting.length > 0 && this.#held.length < groupSize(this.#lanes, this.#secondsEach);
      if (!more) for (const release of this.#held.splice(0)) release();
    });
  }

  #secondsUntilEmpty(): number {
    return Math.max(1, Math.ceil((this.#waiting.length * this.#secondsEach) / this.#lanes));
  }
}
