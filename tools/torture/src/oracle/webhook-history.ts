import type { Event, EventId, UserId } from '@user-management/domain';
import type { Journal } from './journal.ts';

/** What is known of one event. The numbers are moments: a later one is greater. */
interface Fate {
  readonly event: Event;
  /** The earliest moment at which the change may have been written. */
  readonly begunAt: number;
  /** The moment of the first acknowledgement. */
  happenedAt: number;
  isDelivered: boolean;
}

/**
 * Knows the events of every change, and the webhooks that arrived. Throws a {Violation} when one arrives
 * before an earlier one of the same user. A repeat may come at any time.
 */
export class WebhookHistory {
  readonly #journal: Journal;
  readonly #fates = new Map<EventId, Fate>();
  readonly #users = new Map<UserId, Fate[]>();
  #moments = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Call it before a change of this event is written. */
  begins(event: Event): void {
    if (this.#fates.has(event.id)) return;
    const fate = { event, begunAt: ++this.#moments, happenedAt: Infinity, isDelivered: false };
    this.#fates.set(event.id, fate);
    this.#users.set(event.userId, [...this.#of(event.userId), fate]);
  }

  /** Notes that the change was acknowledged. */
  happened({ id }: Event): void {
    const fate = this.#fates.get(id);
    if (fate) fate.happenedAt = Math.min(fate.happenedAt, ++this.#moments);
  }

  delivered(event: Event): void {
    const fate = this.#fates.get(event.id);
    if (!fate) throw this.violation(event.userId, `${event.id} arrived, but nothing caused it`);
    const isFirst = !fate.isDelivered;
    fate.isDelivered = true;
    this.#journal.tell('receiver', `${event.type} ${event.id} arrived`, event.userId);
    const skipped = this.#of(event.userId).find((one) => !one.isDelivered && isBefore(one, fate));
    if (isFirst && skipped) throw this.violation(event.userId, `${event.id} overtook ${skipped.event.id}`);
  }

  /** The users whose registration was never acknowledged, and of whom nothing arrived. */
  get uncertain(): readonly UserId[] {
    const isUncertain = ({ event, happenedAt, isDelivered }: Fate) =>
      event.type === 'user.registered' && happenedAt === Infinity && !isDelivered;
    return [...this.#fates.values()].filter(isUncertain).map(({ event }) => event.userId);
  }

  /** Looks for what is wrong with the webhooks of a user when the queue is empty. */
  contradiction(user: UserId, events: readonly Event[]): string | undefined {
    const late = events.find(({ id }) => !this.#fates.get(id)?.isDelivered);
    if (late) return `${late.type} ${late.id} never arrived`;
    const ids = new Set(events.map(({ id }) => id));
    const invented = this.#of(user).find(({ event, isDelivered }) => isDelivered && !ids.has(event.id));
    return invented && `${invented.event.type} ${invented.event.id} arrived, but there is no such event`;
  }

  violation(user: UserId, what: string): Error {
    return this.#journal.violation(`webhooks of user ${user}`, user, what);
  }

  #of(user: UserId): readonly Fate[] {
    return this.#users.get(user) ?? [];
  }
}

/** Events of changes at the same time, or of the same millisecond, may arrive in either order. */
const isBefore = (one: Fate, other: Fate): boolean =>
  one.happenedAt < other.begunAt && one.event.time < other.event.time;
