import {
  type Backlog,
  type Effects,
  type Outbox,
  type QueuedMail,
  type Timestamp,
  withRetry,
  withTaking,
} from '@user-management/domain';
import { MemoryEvents } from './memory-events.ts';

/** Mails in the memory of one process. Each operation is one turn of the event loop, so it is atomic. */
export class MemoryOutbox implements Outbox {
  readonly #mails = new Map<QueuedMail['id'], QueuedMail>();
  readonly #events: MemoryEvents;

  constructor(events = new MemoryEvents()) {
    this.#events = events;
  }

  take(now: Timestamp, until: Timestamp, limit: number): Promise<readonly QueuedMail[]> {
    const due = [...this.#mails.values()].filter(({ dueAt }) => dueAt <= now);
    const taken = due
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit)
      .map((mail) => withTaking(mail, until));
    for (const mail of taken) this.#mails.set(mail.id, mail);
    return Promise.resolve(taken);
  }

  retry(mail: QueuedMail, dueAt: Timestamp): Promise<void> {
    if (this.#isCurrent(mail)) this.#mails.set(mail.id, withRetry(mail, dueAt));
    return Promise.resolve();
  }

  remove(mail: QueuedMail, effects?: Effects): Promise<boolean> {
    const isCurrent = this.#isCurrent(mail);
    if (isCurrent) {
      this.#mails.delete(mail.id);
      if (effects) this.write(effects);
    }
    return Promise.resolve(isCurrent);
  }

  backlog(): Promise<Backlog> {
    const times = [...this.#mails.values()].map(({ occurredAt }) => occurredAt);
    const oldest = times.length > 0 ? (Math.min(...times) as Timestamp) : null;
    return Promise.resolve({ mails: times.length, oldest });
  }

  /** The repositories of the same process call it in the turn of their change. */
  write(effects: Effects): void {
    for (const mail of effects.mails ?? []) this.#mails.set(mail.id, mail);
    this.#events.write(effects);
  }

  #isCurrent({ id, version }: QueuedMail): boolean {
    return this.#mails.get(id)?.version === version;
  }
}
