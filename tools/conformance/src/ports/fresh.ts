import { afterEach, beforeEach } from 'vitest';

interface UnderTest {
  dispose?(): Promise<void> | void;
}

/** Creates one for each test of the surrounding suite. @returns a function that gives the current one. */
export function fresh<T extends UnderTest>(create: () => T | Promise<T>): () => T {
  let current: T | undefined;
  beforeEach(async () => {
    current = await create();
  });
  afterEach(async () => {
    await current?.dispose?.();
    current = undefined;
  });
  return () => required(current, 'a test under way');
}

/** What the adapter's test has to give for the traits that it declares. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`This suite needs ${name}.`);
  return value;
}
