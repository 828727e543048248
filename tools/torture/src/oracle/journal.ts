/** The promise is broken, or something happened that must never happen. */
export class Violation extends Error {}

interface Event {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  /** The user or token that it is about; a fault is about everybody. */
  readonly subject: string | undefined;
}

/** Events that are remembered; the oldest half goes when there are more. */
const LIMIT = 40_000;
/** Lines that a person still reads. */
const STORY_LINES = 60;

/** What happened lately, for whoever has to find out why a promise was broken. */
export class Journal {
  readonly #begun = performance.now();
  #events: Event[] = [];

  tell(who: string, what: string, subject?: string): void {
    this.#events.push({ at: performance.now() - this.#begun, who, what, subject });
    if (this.#events.length > LIMIT) this.#events = this.#events.slice(LIMIT / 2);
  }

  /**
   * What is known of the subject and of faults, from the first mention of `from` on, at most the latest
   * lines.
   */
  story(subject: string, from: string): string {
    const own = this.#events.findIndex((event) => event.subject === subject && event.what.includes(from));
    return this.#events
      .slice(Math.max(own, 0))
      .filter((event) => event.subject === subject || event.subject === undefined)
      .slice(-STORY_LINES)
      .map(({ at, who, what }) => `${at.toFixed(1).padStart(9)} ms  ${who}: ${what}`)
      .join('\n');
  }
}
