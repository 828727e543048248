import { type Clock, parseTimestamp, type Timestamp } from '@user-management/domain';

/** A clock for tests: it stands still until the test moves it. */
export class TestClock implements Clock {
  #now: Timestamp;

  constructor(now: number = Date.UTC(2026, 0, 31, 9, 30)) {
    this.#now = parseTimestamp(now);
  }

  now(): Timestamp {
    return this.#now;
  }

  set(now: number): void {
    this.#now = parseTimestamp(now);
  }

  advance(milliseconds: number): void {
    this.set(this.#now + milliseconds);
  }
}
