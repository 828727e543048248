import type {
  Challenge,
  ChallengeRepository,
  Digest,
  Effects,
  Timestamp,
  UserId,
} from '@user-management/domain';
import { MemoryOutbox } from './memory-outbox.ts';
import { promised } from './promised.ts';

/** Challenges in the memory of one process. Each operation is one turn of the event loop, so it is atomic. */
export class MemoryChallenges implements ChallengeRepository {
  readonly #challenges = new Map<Digest, Challenge>();
  readonly #effects: MemoryOutbox;

  constructor(effects = new MemoryOutbox()) {
    this.#effects = effects;
  }

  issue(challenge: Challenge, effects?: Effects): Promise<void> {
    this.#removeWhere(({ place }) => place === challenge.place);
    this.#challenges.set(challenge.id, challenge);
    if (effects) this.#effects.write(effects);
    return Promise.resolve();
  }

  find(id: Digest): Promise<Challenge | undefined> {
    return Promise.resolve(this.#challenges.get(id));
  }

  ofUser(user: UserId): Promise<readonly Challenge[]> {
    return Promise.resolve([...this.#challenges.values()].filter(({ userId }) => userId === user));
  }

  update(id: Digest, change: (challenge: Challenge) => Challenge): Promise<Challenge | undefined> {
    return promised(() => {
      const challenge = this.#challenges.get(id);
      if (!challenge) return undefined;
      const changed = change(challenge);
      this.#challenges.set(id, changed);
      return changed;
    });
  }

  remove(id: Digest): Promise<void> {
    this.#challenges.delete(id);
    return Promise.resolve();
  }

  removeOf(user: UserId): Promise<void> {
    this.#removeWhere(({ userId }) => userId === user);
    return Promise.resolve();
  }

  prune(before: Timestamp, limit: number): Promise<number> {
    return Promise.resolve(this.#removeWhere(({ expiresAt }) => expiresAt < before, limit));
  }

  #removeWhere(applies: (challenge: Challenge) => boolean, limit = Infinity): number {
    const removed = [...this.#challenges.values()].filter(applies).slice(0, limit);
    for (const { id } of removed) this.#challenges.delete(id);
    return removed.length;
  }
}
