import { afterEach } from 'vitest';

const waiting: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of waiting.splice(0).reverse()) await clean();
});

/** Runs `clean` after the test, in reverse order of registration. */
export function afterwards(clean: () => unknown): void {
  waiting.push(clean);
}
