import { MemoryKnownDevices } from '@user-management/memory';
import { TestClock } from '../fakes/test-clock.ts';
import { describeKnownDevices } from '../ports/known-devices.ts';

describeKnownDevices('MemoryKnownDevices', () => {
  const clock = new TestClock();
  const devices = new MemoryKnownDevices({ clock, maxEntries: 1_000 });
  return { devices, advance: (seconds) => clock.advance(seconds * 1000) };
});
