import {
  type Challenge,
  type ChallengeRepository,
  type Clock,
  type EventLog,
  type Outbox,
  parseTimestamp,
  type Timestamp,
  withAttempt,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { aChallenge, aDifficultChallenge, aDigest, anEvent, aQueuedMail, aUserId } from '../fakes/samples.ts';
import { fresh, required } from './fresh.ts';

/** The challenges of one replica, and where their effects go. */
export interface ChallengeParts {
  readonly challenges: ChallengeRepository;
  readonly outbox: Outbox;
  readonly events: EventLog;
}

export interface ChallengeRepositoryUnderTest extends ChallengeParts {
  /** A second one over the same data, as another replica has. Without one, the first is used. */
  readonly replica?: ChallengeParts;
  /** What time the store takes it to be. */
  readonly clock: Clock;
  /** Needed where `durable`: ends the store without a farewell and opens its data anew. */
  reopen?(): Promise<ChallengeParts>;
  dispose?(): Promise<void> | void;
}

export interface ChallengeRepositoryTraits {
  /** Whether what was acknowledged outlives the process. */
  readonly durable: boolean;
}

/** What every `ChallengeRepository` must do. `create` is called once for each test. */
export function describeChallengeRepository(
  name: string,
  create: () => ChallengeRepositoryUnderTest | Promise<ChallengeRepositoryUnderTest>,
  traits: ChallengeRepositoryTraits,
): void {
  describe(`${name} is a ChallengeRepository`, () => {
    const world = fresh(create);
    describe('issuing and finding', () => issuing(world));
    describe('updating', () => updating(world));
    describe('removing', () => removing(world));
    if (traits.durable) describe('durability', () => durability(world));
  });
}

type World = () => ChallengeRepositoryUnderTest;

function both(world: World) {
  const { replica = world(), clock, ...parts } = world();
  return { ...parts, replica, now: clock.now() };
}

const after = (now: Timestamp, seconds: number): Timestamp => parseTimestamp(now + seconds * 1000);

function issuing(world: World): void {
  it('finds an issued challenge at once, through every replica, exactly as it was issued', async () => {
    const { challenges, replica, now } = both(world);
    for (const challenge of [aChallenge(now), aDifficultChallenge(now)]) {
      await challenges.issue(challenge);
      expect(await challenges.find(challenge.id)).toEqual(challenge);
      expect(await replica.challenges.find(challenge.id)).toEqual(challenge);
    }
  });

  it('does not know a challenge that was never issued', async () => {
    expect(await world().challenges.find(aDigest())).toBeUndefined();
  });

  it('ends the challenge before of the same place, and no other', async () => {
    const { challenges, replica, now } = both(world);
    const first = aChallenge(now);
    const next = aChallenge(now, { place: first.place });
    const other = aChallenge(now);
    for (const challenge of [first, other, next]) await challenges.issue(challenge);
    expect(await replica.challenges.find(first.id)).toBeUndefined();
    expect(await replica.challenges.update(first.id, withAttempt)).toBeUndefined();
    expect(await replica.challenges.find(next.id)).toEqual(next);
    expect(await replica.challenges.find(other.id)).toEqual(other);
  });

  it('leaves one of twenty that are issued at once for one place', async () => {
    const { challenges, replica, now } = both(world);
    const place = aDigest();
    const issued = Array.from({ length: 20 }, () => aChallenge(now, { place }));
    await Promise.all(issued.map((one, n) => (n % 2 ? challenges : replica.challenges).issue(one)));
    const found = await Promise.all(issued.map(({ id }) => challenges.find(id)));
    expect(found.filter(Boolean)).toHaveLength(1);
  });

  it('lists the challenges of a user that are in force', async () => {
    const { challenges, replica, now } = both(world);
    const userId = aUserId();
    const [superseded, ...rest] = Array.from({ length: 3 }, () => aChallenge(now, { userId }));
    const place = required(superseded, 'a challenge').place;
    const theirs = [...rest, aChallenge(now, { userId, place })];
    const others = [aChallenge(now), aChallenge(now, { userId: null })];
    for (const one of [superseded, ...theirs, ...others]) await challenges.issue(required(one, 'one'));
    const byId = (all: readonly Challenge[]) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(await replica.challenges.ofUser(userId))).toEqual(byId(theirs));
    expect(await replica.challenges.ofUser(aUserId())).toEqual([]);
    await challenges.remove(required(theirs[0], 'a challenge').id);
    expect(byId(await replica.challenges.ofUser(userId))).toEqual(byId(theirs.slice(1)));
  });

  it('writes the effects with the challenge', async () => {
    const { challenges, replica, now } = both(world);
    const challenge = aChallenge(now);
    const userId = required(challenge.userId ?? undefined, 'a user');
    const [mail, notice, event] = [aQueuedMail(now), aQueuedMail(now), anEvent(now, { userId })];
    await challenges.issue(challenge, { events: [event], mails: [mail, notice] });
    expect(await replica.events.ofUser(userId, 10)).toEqual([event]);
    const taken = await replica.outbox.take(now, after(now, 60), 10);
    expect(new Set(taken.map(({ id }) => id))).toEqual(new Set([mail.id, notice.id]));
  });
}

function updating(world: World): void {
  it('stores and gives the changed challenge, and every replica sees it', async () => {
    const { challenges, replica, now } = both(world);
    const challenge = aChallenge(now);
    await challenges.issue(challenge);
    const changed = withAttempt(challenge);
    expect(await challenges.update(challenge.id, withAttempt)).toEqual(changed);
    expect(await replica.challenges.find(challenge.id)).toEqual(changed);
  });

  it('counts each of twenty attempts at once', async () => {
    const { challenges, replica, now } = both(world);
    const challenge = aChallenge(now);
    await challenges.issue(challenge);
    const count = (one: Challenge) => ({ ...one, failures: one.failures + 1, version: one.version + 1 });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 ? challenges : replica.challenges).update(challenge.id, count),
      ),
    );
    expect(await replica.challenges.find(challenge.id)).toMatchObject({ failures: 20, version: 21 });
  });

  it('writes nothing when the change gives back its argument, or throws', async () => {
    const { challenges, replica, now } = both(world);
    const challenge = aChallenge(now);
    await challenges.issue(challenge);
    expect(await challenges.update(challenge.id, (one) => one)).toEqual(challenge);
    const error = new Error('no');
    const refuse = (): Challenge => {
      throw error;
    };
    await expect(challenges.update(challenge.id, refuse)).rejects.toBe(error);
    expect(await replica.challenges.find(challenge.id)).toEqual(challenge);
  });

  it('does not know an absent challenge, and does not make one', async () => {
    const { challenges } = both(world);
    const id = aDigest();
    expect(await challenges.update(id, withAttempt)).toBeUndefined();
    expect(await challenges.find(id)).toBeUndefined();
  });
}

function removing(world: World): void {
  it('removes a challenge, and a repeat changes nothing', async () => {
    const { challenges, replica, now } = both(world);
    const [challenge, other] = [aChallenge(now), aChallenge(now)];
    for (const one of [challenge, other]) await challenges.issue(one);
    await challenges.remove(challenge.id);
    await replica.challenges.remove(challenge.id);
    expect(await replica.challenges.find(challenge.id)).toBeUndefined();
    expect(await replica.challenges.find(other.id)).toEqual(other);
  });

  it('removes all challenges of a user, and leaves others alone', async () => {
    const { challenges, replica, now } = both(world);
    const userId = aUserId();
    const theirs = Array.from({ length: 3 }, () => aChallenge(now, { userId }));
    const others = [aChallenge(now), aChallenge(now, { userId: null })];
    for (const one of [...theirs, ...others]) await challenges.issue(one);
    await challenges.removeOf(userId);
    await replica.challenges.removeOf(userId);
    for (const { id } of theirs) expect(await replica.challenges.find(id)).toBeUndefined();
    for (const one of others) expect(await replica.challenges.find(one.id)).toEqual(one);
  });

  it('prunes what has expired, and nothing else', async () => {
    const { challenges, replica, now } = both(world);
    const expired = aChallenge(now, { expiresAt: after(now, 60) });
    const alive = aChallenge(now, { expiresAt: after(now, 120) });
    for (const one of [expired, alive]) await challenges.issue(one);
    await challenges.prune(after(now, 60), 10);
    expect(await replica.challenges.find(expired.id)).toEqual(expired);
    await Promise.all([challenges.prune(after(now, 61), 10), replica.challenges.prune(after(now, 61), 10)]);
    expect(await replica.challenges.find(alive.id)).toEqual(alive);
    expect(await challenges.prune(after(now, 61), 10)).toBe(0);
  });

  it('lets an attempt that races with the removal leave nothing behind', async () => {
    const { challenges, replica, now } = both(world);
    for (let n = 0; n < 10; n++) {
      const challenge = aChallenge(now);
      await challenges.issue(challenge);
      await Promise.all([
        replica.challenges.update(challenge.id, withAttempt),
        challenges.remove(challenge.id),
      ]);
      expect(await replica.challenges.find(challenge.id)).toBeUndefined();
    }
  });
}

function durability(world: World): void {
  it('has everything that was acknowledged when it is opened again', async () => {
    const { challenges, now } = both(world);
    const [one, other] = [aDifficultChallenge(now), aChallenge(now)];
    for (const challenge of [one, other]) await challenges.issue(challenge);
    await challenges.update(other.id, withAttempt);
    const again = await required(world().reopen?.bind(world()), 'reopen, since it is durable')();
    expect(await again.challenges.find(one.id)).toEqual(one);
    expect(await again.challenges.find(other.id)).toEqual(withAttempt(other));
  });
}
