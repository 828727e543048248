import { afterAll, onTestFinished } from 'vitest';

/** Keeps `clean` for later. What comes last runs first. */
export type CleanUp = (clean: () => unknown) => void;

/** Runs `clean` after the test. A hook of this module would serve only the first file that loads it. */
export const afterwards: CleanUp = (clean) => {
  onTestFinished(async () => {
    await clean();
  });
};

/** To be called outside of the tests. What it gets runs after all tests of the file. */
export function afterAllTests(): CleanUp {
  const waiting: (() => unknown)[] = [];
  afterAll(async () => {
    for (const clean of waiting.splice(0).reverse()) await clean();
  });
  return (clean) => void waiting.push(clean);
}
