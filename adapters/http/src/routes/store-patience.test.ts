import { expect, it } from 'vitest';
import { StorePatience } from './store-patience.ts';

function world() {
  let now = 0;
  const patience = new StorePatience(
    () => now,
    (milliseconds) => Promise.resolve((now += milliseconds)),
  );
  const waitAll = async () => {
    const began = now;
    while (await patience.wait());
    return now - began;
  };
  return { patience, waitAll };
}

it('waits for a store for 20 seconds, and not again until the store was back', async () => {
  const { patience, waitAll } = world();
  expect(await waitAll()).toBe(20_000);
  expect(await waitAll()).toBe(0);
  patience.renew();
  expect(await waitAll()).toBe(20_000);
});
