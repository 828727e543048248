/** The promise was broken, or another thing happened that must never happen. */
export class Violation extends Error {}

/** An answer or a recovery that took too long. On a busy machine, that may be the fault of the machine. */
export class TooSlow extends Violation {}

interface Event {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  /** The user or the token of the event. A fault has none, because it affects all. */
  readonly subject: string | undefined;
}

/** The limit of remembered events. The oldest half is dropped at the limit. */
const LIMIT = 40_000;
/** More lines than this are too long to read. */
const STORY_LINES = 60;

/** Records the latest events, so that a person can find the cause of a violation. */
export class Journal {
  readonly #begun = performance.now();
  #events: Event[] = [];

  tell(who: string, what: string, subject?: string): void {
    this.#events.push({ at: performance.now() - this.#begun, who, what, subject });
    if (this.#events.length > LIMIT) this.#events = this.#events.slice(LIMIT / 2);
  }

  /** Creates a violation with its story. */
  violation(name: string, subject: string, what: string, from = ''): Violation {
    this.tell('VIOLATION', what, subject);
    return new Violation(`${name}: ${what}\n${this.story(subject, from)}`);
  }

  /** The latest events of the subject and of faults, from the first event of the subject with `from` on. */
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
