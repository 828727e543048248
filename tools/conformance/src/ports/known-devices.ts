import { DEVICE_TOKEN_TTL, type KnownDevices, MOST_KNOWN_DEVICES } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { aDigest, anEmail, aUserId } from '../fakes/samples.ts';
import { fresh } from './fresh.ts';

export interface KnownDevicesUnderTest {
  readonly devices: KnownDevices;
  /** A second one over the same devices, as another replica has; without it, the first is used. */
  readonly replica?: KnownDevices;
  /** Lets the store believe that this many seconds have passed. */
  advance(seconds: number): Promise<void> | void;
  dispose?(): Promise<void> | void;
}

/** What a slow machine may take between two calls, in seconds. */
const SLACK = 20;

/** What every `KnownDevices` must do. `create` is called once for each test. */
export function describeKnownDevices(
  name: string,
  create: () => KnownDevicesUnderTest | Promise<KnownDevicesUnderTest>,
): void {
  describe(`${name} is a KnownDevices`, () => {
    const world = fresh(create);
    const both = () => {
      const { devices, replica = devices } = world();
      return { devices, replica, account: anEmail(), token: aDigest(), user: aUserId() };
    };

    it('finds what it was told to remember, through every replica', async () => {
      const { devices, replica, account, token, user } = both();
      await devices.remember(account, token, user);
      for (const one of [devices, replica]) expect(await one.find(account, token)).toBe(user);
    });

    it('finds no other token, and no token of another account', async () => {
      const { devices, account, token, user } = both();
      expect(await devices.find(account, token)).toBeUndefined();
      await devices.remember(account, token, user);
      expect(await devices.find(account, aDigest())).toBeUndefined();
      expect(await devices.find(anEmail(), token)).toBeUndefined();
    });

    it('forgets a device in time', async () => {
      const { devices, account, token, user } = both();
      await devices.remember(account, token, user);
      await world().advance(DEVICE_TOKEN_TTL - SLACK);
      expect(await devices.find(account, token)).toBe(user);
      await world().advance(SLACK);
      expect(await devices.find(account, token)).toBeUndefined();
    });

    it('starts the time anew when it is told to remember a device again, and no other', async () => {
      const { devices, replica, account, token, user } = both();
      const other = aDigest();
      await devices.remember(account, token, user);
      await devices.remember(account, other, user);
      await world().advance(DEVICE_TOKEN_TTL / 2);
      await replica.remember(account, token, user);
      await world().advance(DEVICE_TOKEN_TTL / 2);
      expect(await devices.find(account, token)).toBe(user);
      expect(await devices.find(account, other)).toBeUndefined();
    });

    it('keeps the newest devices of an account, a renewed one included', async () => {
      const { devices, account, user } = both();
      const tokens = Array.from({ length: MOST_KNOWN_DEVICES }, aDigest);
      for (const token of tokens) await devices.remember(account, token, user);
      const [first = aDigest(), second = aDigest(), third = aDigest()] = tokens;
      await devices.remember(account, first, user);
      await devices.remember(account, aDigest(), user);
      expect(await devices.find(account, first)).toBe(user);
      expect(await devices.find(account, second)).toBeUndefined();
      expect(await devices.find(account, third)).toBe(user);
    });

    it('remembers a device for the user who logged in last', async () => {
      const { devices, account, token, user } = both();
      await devices.remember(account, token, aUserId());
      await devices.remember(account, token, user);
      expect(await devices.find(account, token)).toBe(user);
    });

    it('forgets all devices of one account, through every replica', async () => {
      const { devices, replica, account, token, user } = both();
      const other = anEmail();
      await devices.remember(account, token, user);
      await devices.remember(other, token, user);
      await replica.forget(account);
      await replica.forget(account);
      expect(await devices.find(account, token)).toBeUndefined();
      expect(await devices.find(other, token)).toBe(user);
    });
  });
}
