import { afterEach } from 'vitest';

const waiting: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of waiting.splice(0).reverse()) await clean();
});

/** Runs `clean` when the test is over, the latest first. */
export function afterwards(clean: () => unknown): void {
  waiting.push(clean);
}
