import { StandbyTokenStore, type TokenStore } from '@user-management/domain';
import { MemoryTokenStore } from '@user-management/memory';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { Switchable } from './switchable.ts';
import { aDigest, aTokenRecord } from '../fakes/samples.ts';
import { describeTokenStore } from '../ports/token-store.ts';

function create() {
  const clock = new TestClock();
  const remote = new MemoryTokenStore({ clock, maxEntries: 100 });
  const primary = new Switchable<TokenStore>(remote);
  const store = new StandbyTokenStore(primary.port, new MemoryTokenStore({ clock, maxEntries: 100 }));
  return { clock, remote, primary, store };
}

describe.each([true, false])('with a primary that answers: %s', (on) => {
  describeTokenStore(
    'StandbyTokenStore',
    () => {
      const { clock, primary, store } = create();
      primary.on = on;
      return { store, clock, advance: (milliseconds) => clock.advance(milliseconds) };
    },
    { expiresBy: 'clock' },
  );
});

describe('StandbyTokenStore', () => {
  let { clock, remote, primary, store } = create();
  beforeEach(() => {
    ({ clock, remote, primary, store } = create());
  });

  it('finds a token that was saved before the primary was lost', async () => {
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    await store.save(token, record);
    primary.on = false;
    expect(await store.find(token)).toEqual(record);
  });

  it('brings a token that was saved without the primary to it, at its next use', async () => {
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    primary.on = false;
    await store.save(token, record);
    primary.on = true;
    expect(await store.find(token)).toEqual(record);
    expect(await remote.find(token)).toEqual(record);
  });

  it('finds such a token for all who use it at once', async () => {
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    primary.on = false;
    await store.save(token, record);
    primary.on = true;
    const found = await Promise.all(Array.from({ length: 5 }, () => store.find(token)));
    expect(found).toEqual(Array(5).fill(record));
  });

  it('finds such a token when the primary is lost again and comes back again', async () => {
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    for (const on of [false, true, false, true]) {
      primary.on = on;
      if (!on) await store.save(token, record);
      expect(await store.find(token)).toEqual(record);
    }
  });

  it('does not bring back a token that was revoked while it was being brought to the primary', async () => {
    const token = aDigest();
    primary.on = false;
    await store.save(token, aTokenRecord(clock.now()));
    primary.on = true;
    await Promise.all([store.find(token), store.revoke(token)]);
    expect(await store.find(token)).toBeUndefined();
    expect(await remote.find(token)).toBeUndefined();
  });

  it('finds no token that was revoked without the primary, and revokes it there when used', async () => {
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now()));
    primary.on = false;
    await store.revoke(token);
    expect(await store.find(token)).toBeUndefined();
    primary.on = true;
    expect(await store.find(token)).toBeUndefined();
    expect(await remote.find(token)).toBeUndefined();
  });

  it('finds no token that was saved and revoked without the primary', async () => {
    const token = aDigest();
    primary.on = false;
    await store.save(token, aTokenRecord(clock.now()));
    await store.revoke(token);
    primary.on = true;
    expect(await store.find(token)).toBeUndefined();
    expect(await remote.find(token)).toBeUndefined();
  });

  it('finds no token that somebody else revoked at the primary', async () => {
    const token = aDigest();
    await store.save(token, aTokenRecord(clock.now()));
    await remote.revoke(token);
    expect(await store.find(token)).toBeUndefined();
  });

  it('does not bring a token again that somebody else revoked at the primary', async () => {
    const token = aDigest();
    primary.on = false;
    await store.save(token, aTokenRecord(clock.now()));
    primary.on = true;
    await store.find(token);
    await remote.revoke(token);
    expect(await store.find(token)).toBeUndefined();
  });

  it('finds a token that somebody else saved at the primary', async () => {
    const [token, record] = [aDigest(), aTokenRecord(clock.now())];
    await remote.save(token, record);
    expect(await store.find(token)).toEqual(record);
  });

  it('does not bring a token to the primary that expired meanwhile', async () => {
    const token = aDigest();
    primary.on = false;
    await store.save(token, aTokenRecord(clock.now(), { expiresIn: 60 }));
    clock.advance(60_000);
    primary.on = true;
    expect(await store.find(token)).toBeUndefined();
  });

  it('asks a primary that does not answer no more than once for one token', async () => {
    const token = aDigest();
    primary.on = false;
    await store.save(token, aTokenRecord(clock.now()));
    const asked = vi.spyOn(primary, 'on', 'get').mockReturnValue(false);
    await store.find(token);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('does not take a fault of the primary for a primary that does not answer', async () => {
    const fault = new TypeError('a fault');
    vi.spyOn(remote, 'find').mockRejectedValue(fault);
    await expect(store.find(aDigest())).rejects.toBe(fault);
  });
});
