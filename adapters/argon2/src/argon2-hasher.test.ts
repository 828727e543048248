import { availableParallelism } from 'node:os';
import { parsePassword, type PasswordHash } from '@user-management/domain';
import { describePasswordHasher } from '@user-management/conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Argon2Hasher, hashLanes } from './argon2-hasher.ts';
import { FIRST_ESTIMATE, waitingRoom } from './hash-queue.ts';
import type { Argon2Parameters } from './phc.ts';

const observer = { hashed: () => undefined, hashQueue: () => undefined, hashRefused: () => undefined };
const hasherWith = (parameters: Argon2Parameters) => new Argon2Hasher({ ...parameters, observer });

/** Costs a tenth of a millisecond. */
const CHEAP = { memoryKib: 64, iterations: 1, parallelism: 1 };
/** Costs enough for the event loop to turn a few times meanwhile. */
const MIDDLE = { memoryKib: 8192, iterations: 1, parallelism: 1 };
const DEFAULT = { memoryKib: 19456, iterations: 2, parallelism: 1 };

const password = parsePassword('correct horse');

describePasswordHasher(
  'Argon2Hasher',
  () => ({ hasher: hasherWith(MIDDLE), other: hasherWith({ ...MIDDLE, iterations: 2 }) }),
  { running: hashLanes(1), waiting: waitingRoom(hashLanes(1), FIRST_ESTIMATE) },
);

describe('Argon2Hasher', () => {
  it.each([
    ['memory', { ...CHEAP, memoryKib: 128 }],
    ['iterations', { ...CHEAP, iterations: 2 }],
    ['parallelism', { ...CHEAP, parallelism: 2 }],
  ])('wants a hash made anew whose %s is another', async (_, parameters) => {
    const hash = await hasherWith(parameters).hash(password);
    expect(hasherWith(CHEAP).needsRehash(hash)).toBe(true);
    expect(hasherWith(parameters).needsRehash(hash)).toBe(false);
  });

  it('reads hashes that other implementations of argon2 made', async () => {
    // From the tests of the reference implementation (src/test.c).
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await hasherWith(DEFAULT).verify(hash as PasswordHash, parsePassword('password'))).toBe(true);
  });

  it('does not take the memory that a poisoned hash asks for', async () => {
    const hash = `$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${'A'.repeat(43)}`;
    const before = process.resourceUsage().maxRSS;
    expect(await hasherWith(CHEAP).verify(hash as PasswordHash, password)).toBe(false);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(1_000_000);
  });

  it('never fails on a hash, whatever is in it', async () => {
    const hasher = hasherWith(CHEAP);
    const real = await hasher.hash(password);
    const position = fc.integer({ min: 0, max: real.length });
    const damaged = fc
      .tuple(position, position, fc.string({ maxLength: 4 }))
      .map(([start, length, text]) => real.slice(0, start) + text + real.slice(start + length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.string()), async (hash) => {
        expect(await hasher.verify(hash as PasswordHash, password)).toBe(meaningOf(hash) === meaningOf(real));
      }),
      { numRuns: 500 },
    );
  });

  it('does the same work for a hash that cannot be read as for one that can', async () => {
    const seconds: number[] = [];
    const hasher = new Argon2Hasher({
      ...MIDDLE,
      observer: { ...observer, hashed: (taken) => seconds.push(taken) },
    });
    await hasher.verify('garbage' as PasswordHash, password);
    await hasher.verify(undefined, password);
    expect(seconds).toHaveLength(2);
  });

  it('works as long for an unknown email as for a known one', { timeout: 120_000 }, async () => {
    const hasher = hasherWith(DEFAULT);
    const hash = await hasher.hash(password);
    const wrong = parsePassword('wrong horse');
    const known = () => cpuMillisecondsOf(() => hasher.verify(hash, wrong));
    const unknown = () => cpuMillisecondsOf(() => hasher.verify(undefined, wrong));
    // What else runs slows both of a pair alike, and the order of a pair changes.
    const differences: number[] = [];
    for (let pair = 0; pair < 100; pair++) {
      const first = await known();
      differences.push((await unknown()) - first);
      const second = await unknown();
      differences.push(second - (await known()));
    }
    expect(Math.abs(median(differences))).toBeLessThan(2);
  });
});

describe('hashLanes', () => {
  it('gives each hash as many cores as it has threads, and at least one hash its turn', () => {
    const cores = availableParallelism();
    expect(hashLanes(1)).toBe(Math.min(cores, 4));
    expect(hashLanes(cores)).toBe(1);
    expect(hashLanes(16 * cores)).toBe(1);
  });
});

/** The last character of a digest has two spare bits, so four spellings mean the same. */
const meaningOf = (hash: string): string =>
  hash.slice(0, -1) + Buffer.from(hash.split('$').at(-1) ?? '', 'base64').toString('hex');

/** Of the processor, in all threads: on a busy machine a clock on the wall measures what else is running. */
async function cpuMillisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
