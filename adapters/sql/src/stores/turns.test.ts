import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets the second begin when the first has ended, in whatever way', async () => {
  const turns = new Turns<string>();
  const first = Promise.withResolvers<string>();
  const events: string[] = [];
  const one = turns.take('key', () => {
    events.push('first begins');
    return first.promise;
  });
  const two = turns.take('key', () => {
    events.push('second begins');
    return Promise.resolve('second');
  });
  await turns.take('another key', () => Promise.resolve(events.push('another key')));
  first.reject(new Error('failed'));
  await expect(one).rejects.toThrow('failed');
  await expect(two).resolves.toBe('second');
  expect(events).toEqual(['first begins', 'another key', 'second begins']);
});

it('keeps the order in which it was asked', async () => {
  const turns = new Turns<string>();
  const order: number[] = [];
  await Promise.all([1, 2, 3, 4].map((n) => turns.take('key', () => Promise.resolve(order.push(n)))));
  expect(order).toEqual([1, 2, 3, 4]);
});
