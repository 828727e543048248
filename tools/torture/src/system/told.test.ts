import { anEvent, TestClock } from '@user-management/conformance';
import type { Event } from '@user-management/domain';
import { expect, it } from 'vitest';
import { toldUpdate } from './told.ts';

const event = anEvent(new TestClock().now());

/** What the listener hears of an update that returns `result`. */
async function heard(change: (value: number) => number, result: number | undefined): Promise<string[]> {
  const calls: string[] = [];
  const listener = {
    begins: ({ id }: Event) => calls.push(`begins ${id}`),
    happened: ({ id }: Event) => calls.push(`happened ${id}`),
  };
  await toldUpdate(listener, { events: [event] }, change, (watched) => {
    watched(1);
    return Promise.resolve(result);
  });
  return calls;
}

it.each([
  ['happened when its change was written', (value: number) => value + 1, 2, true],
  ['did not happen when nothing was changed', (value: number) => value, 1, false],
  ['did not happen when the record was gone', (value: number) => value + 1, undefined, false],
])('an event %s', async (_, change, result, happened) => {
  const [begins, told] = [`begins ${event.id}`, `happened ${event.id}`];
  expect(await heard(change, result)).toEqual(happened ? [begins, told] : [begins]);
});
