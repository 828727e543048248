import { Overloaded } from '@user-management/domain';

export interface HashObserver {
  /** One hash took so long, without its wait. */
  hashed(seconds: number): void;
  /** So many wait now; those that run are not counted. */
  hashQueue(length: number): void;
  hashRefused(): void;
}

/**
 * Seconds that a password may wait for its turn. A login takes two turns at most (a check, and a new hash
 * after the parameters have changed), which stays under the ten seconds after which clients commonly give up;
 * their retries would be work on top of work that nobody waits for.
 */
export const LONGEST_WAIT = 3;

/**
 * What a hash is taken to cost until the first one is measured: the default parameters on a usual server.
 * Seconds.
 */
export const FIRST_ESTIMATE = 0.025;

// Of the last 16 hashes or so: soon enough when the machine gets busy, and deaf to a single slow one.
const WEIGHT = 1 / 16;

/** How many may wait so that the last of them waits no longer than `LONGEST_WAIT`. */
export const waitingRoom = (lanes: number, secondsEach: number): number =>
  Math.max(lanes, Math.floor((LONGEST_WAIT * lanes) / secondsEach));

/** Runs so many jobs at a time; the others wait in line, and when the line is too long they are refused. */
export class HashQueue {
  readonly #lanes: number;
  readonly #observer: HashObserver;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #secondsEach = FIRST_ESTIMATE;

  /** @param now seconds, from any origin; never goes back. */
  constructor(lanes: number, observer: HashObserver, now: () => number) {
    this.#lanes = lanes;
    this.#observer = observer;
    this.#now = now;
  }

  /** @throws {Overloaded} at once when too many wait already. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#lanes) this.#running++;
    else await this.#turn();
    try {
      return await this.#measured(job);
    } finally {
      this.#makeRoom();
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

  // The lane goes straight to the next in line: somebody who comes just now must not overtake.
  #makeRoom(): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#running--;
      return;
    }
    this.#observer.hashQueue(this.#waiting.length);
    next();
  }

  #secondsUntilEmpty(): number {
    return Math.max(1, Math.ceil((this.#waiting.length * this.#secondsEach) / this.#lanes));
  }
}
