import { type KnownDevices, StandbyKnownDevices } from '@user-management/domain';
import { MemoryKnownDevices } from '@user-management/memory';
import { expect, it } from 'vitest';
import { aDigest, anEmail, aUserId } from '../fakes/samples.ts';
import { TestClock } from '../fakes/test-clock.ts';
import { Switchable } from './switchable.ts';

function create() {
  const options = { clock: new TestClock(), maxEntries: 1_000 };
  const primary = new Switchable<KnownDevices>(new MemoryKnownDevices(options));
  const devices = new StandbyKnownDevices(primary.port, new MemoryKnownDevices(options));
  return { primary, devices, account: anEmail(), token: aDigest(), user: aUserId() };
}

it('StandbyKnownDevices asks the standby while the primary is lost, and the primary afterwards', async () => {
  const { primary, devices, account, token, user } = create();
  primary.on = false;
  await devices.remember(account, token, user);
  expect(await devices.find(account, token)).toBe(user);
  primary.on = true;
  expect(await devices.find(account, token)).toBeUndefined();
});

it('StandbyKnownDevices forgets on both', async () => {
  const { primary, devices, account, token, user } = create();
  for (const on of [false, true]) {
    primary.on = on;
    await devices.remember(account, token, user);
  }
  await devices.forget(account);
  for (const on of [false, true]) {
    primary.on = on;
    expect(await devices.find(account, token)).toBeUndefined();
  }
});
