import {
  type Clock,
  type Digest,
  parseDeviceId,
  parseEmail,
  type Timestamp,
  type TokenStore,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { fresh, required } from './fresh.ts';
import { aDigest, aTokenRecord } from '../fakes/samples.ts';

export interface TokenStoreUnderTest {
  readonly store: TokenStore;
  /** A second one over the same data, as another replica has; where there can be none, the first is used. */
  readonly replica?: TokenStore;
  /** What time the store takes it to be. */
  readonly clock: Clock;
  /** Needed where the clock expires: moves it on by so many milliseconds. */
  advance?(milliseconds: number): void;
  /** Needed where the server expires: the milliseconds that it will keep the token for. */
  remainingTtl?(token: Digest): Promise<number>;
  dispose?(): Promise<void> | void;
}

export interface TokenStoreTraits {
  readonly expiresBy: 'clock' | 'server';
}

/** What every `TokenStore` must do. `create` is called once for each test. */
export function describeTokenStore(
  name: string,
  create: () => TokenStoreUnderTest | Promise<TokenStoreUnderTest>,
  traits: TokenStoreTraits,
): void {
  describe(`${name} is a TokenStore`, () => {
    const world = fresh(create);
    describe('saving and finding', () => saving(world));
    describe('revoking', () => revoking(world));
    describe('expiry', () => (traits.expiresBy === 'clock' ? expiryByClock : expiryByServer)(world));
  });
}

type World = () => TokenStoreUnderTest;

function both(world: World): { store: TokenStore; replica: TokenStore; clock: Clock } {
  const { store, replica = store, clock } = world();
  return { store, replica, clock };
}

function saving(world: World): void {
  it('finds a saved token at once, through every replica', async () => {
    const { store, replica, clock } = both(world);
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    await store.save(token, record);
    expect(await store.find(token)).toEqual(record);
    expect(await replica.find(token)).toEqual(record);
  });

  it('gives back every member exactly as it was saved', async () => {
    const { store, replica, clock } = both(world);
    const token = aDigest();
    const record = aTokenRecord(clock.now(), {
      email: parseEmail('jürgen+%s@bücher.example'),
      deviceId: parseDeviceId('дев://1?a="b"&c=%00\\😀'),
      expiresIn: 86_399,
      epoch: Number.MAX_SAFE_INTEGER,
    });
    await store.save(token, record);
    expect(await replica.find(token)).toEqual(record);
  });

  it('does not know a token that nobody saved', async () => {
    expect(await world().store.find(aDigest())).toBeUndefined();
  });

  it('keeps a token of a version that had no sessions', async () => {
    const { store, replica, clock } = both(world);
    const [token, record] = [aDigest(), aTokenRecord(clock.now(), { sessionId: null })];
    await store.save(token, record);
    expect(await replica.find(token)).toEqual(record);
  });

  it('replaces a record that is saved again', async () => {
    const { store, replica, clock } = both(world);
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    await store.save(token, record);
    expect(await replica.find(token)).toEqual(record);
    await store.save(token, { ...record, expiresIn: 30 });
    expect(await store.find(token)).toEqual({ ...record, expiresIn: 30 });
    expect(await replica.find(token)).toEqual({ ...record, expiresIn: 30 });
  });

  it('keeps the tokens of one user apart', async () => {
    const { store, replica, clock } = both(world);
    const records = Array.from({ length: 20 }, (_, n) =>
      aTokenRecord(clock.now(), { deviceId: parseDeviceId(`device-${n}`) }),
    );
    const tokens = records.map(aDigest);
    await Promise.all(records.map((record, n) => store.save(required(tokens[n], 'a token'), record)));
    expect(await Promise.all(tokens.map((token) => replica.find(token)))).toEqual(records);
  });
}

function revoking(world: World): void {
  it('finds a revoked token no more, through no replica', async () => {
    const { store, replica, clock } = both(world);
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now()));
    await replica.revoke(token);
    expect(await store.find(token)).toBeUndefined();
    expect(await replica.find(token)).toBeUndefined();
  });

  it('may revoke a token twice, and one that nobody saved', async () => {
    const { store, replica, clock } = both(world);
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now()));
    await store.revoke(token);
    await replica.revoke(token);
    await store.revoke(aDigest());
    expect(await store.find(token)).toBeUndefined();
  });

  it('does not bring a token back that was revoked or never saved, when that expires', async () => {
    const { store, replica, clock } = both(world);
    const [revoked, unknown] = [aDigest(), aDigest()];
    await store.save(revoked, aTokenRecord(clock.now()));
    await store.revoke(revoked);
    for (const token of [revoked, unknown]) {
      await store.expire(token, later(clock, 30_000));
      expect(await replica.find(token)).toBeUndefined();
    }
  });

  it('leaves the other tokens of the user alone', async () => {
    const { store, clock } = both(world);
    const [kept, revoked, record] = [aDigest(), aDigest(), aTokenRecord(clock.now())];
    await store.save(kept, record);
    await store.save(revoked, record);
    await store.revoke(revoked);
    expect(await store.find(kept)).toEqual(record);
  });
}

function expiryByClock(world: World): void {
  it('finds a token until the earlier time that it was given, and not from then on', async () => {
    const { store, replica, clock } = both(world);
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now(), { expiresIn: 60 }));
    await replica.find(token);
    await store.expire(token, later(clock, 30_000));
    advance(world, 29_999);
    expect(await replica.find(token)).toBeDefined();
    advance(world, 1);
    for (const each of [store, replica]) expect(await each.find(token)).toBeUndefined();
  });

  it('finds a token until its time is over, and not from then on', async () => {
    const { store, clock } = both(world);
    const [token, record] = [aDigest(), aTokenRecord(clock.now(), { expiresIn: 60 })];
    await store.save(token, record);
    advance(world, 59_999);
    expect(await store.find(token)).toEqual(record);
    advance(world, 1);
    expect(await store.find(token)).toBeUndefined();
  });

  it('counts from when the token was made, not from when it was saved or found', async () => {
    const { store, clock } = both(world);
    const [token, record] = [aDigest(), aTokenRecord(clock.now(), { expiresIn: 60 })];
    advance(world, 30_000);
    await store.save(token, record);
    await store.find(token);
    advance(world, 30_000);
    expect(await store.find(token)).toBeUndefined();
  });
}

function advance(world: World, milliseconds: number): void {
  required(world().advance?.bind(world()), 'advance, since the clock expires')(milliseconds);
}

const later = (clock: Clock, milliseconds: number) => (clock.now() + milliseconds) as Timestamp;

function expiryByServer(world: World): void {
  it('tells the server to keep a token until the earlier time that it was given', async () => {
    const { store, replica, clock } = both(world);
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now(), { expiresIn: 3_600 }));
    await replica.find(token);
    await store.expire(token, later(clock, 60_000));
    const remaining = (await world().remainingTtl?.(token)) ?? NaN;
    expect(remaining).toBeLessThanOrEqual(60_000);
    expect(remaining).toBeGreaterThan(50_000);
    expect(await replica.find(token)).toBeDefined();
    await store.expire(token, later(clock, -1));
    await vi.waitUntil(async () => (await replica.find(token)) === undefined);
  });

  it.each([60, 3600])('tells the server to keep a token for its %i seconds', async (expiresIn) => {
    const { store, clock } = both(world);
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now(), { expiresIn }));
    const remaining = await required(
      world().remainingTtl?.bind(world()),
      'remainingTtl, since the server expires',
    )(token);
    expect(remaining).toBeLessThanOrEqual(expiresIn * 1000);
    expect(remaining).toBeGreaterThan((expiresIn - 10) * 1000);
  });
}
