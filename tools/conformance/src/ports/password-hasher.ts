import {
  Overloaded,
  parsePassword,
  parsePasswordHash,
  type PasswordHash,
  type PasswordHasher,
  UnusableHash,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { fresh } from './fresh.ts';

export interface PasswordHasherUnderTest {
  readonly hasher: PasswordHasher;
  /** One with other parameters. */
  readonly other: PasswordHasher;
  dispose?(): Promise<void> | void;
}

export interface PasswordHasherTraits {
  /** How many hashes are made or checked at a time. */
  readonly running: number;
  /** How many more may wait. */
  readonly waiting: number;
}

/** What every `PasswordHasher` must do. `create` is called once for each test. */
export function describePasswordHasher(
  name: string,
  create: () => PasswordHasherUnderTest | Promise<PasswordHasherUnderTest>,
  traits: PasswordHasherTraits,
): void {
  describe(`${name} is a PasswordHasher`, () => {
    const world = fresh(create);
    describe('hashing and verifying', () => verifying(world));
    describe('adopting', () => adopting(world));
    describe('parameters', () => parameters(world));
    describe('load', () => load(world, traits));
  });
}

type World = () => PasswordHasherUnderTest;

const password = parsePassword('correct horse');
const wrong = parsePassword('correct horsf');

function verifying(world: World): void {
  it('makes an argon2id PHC string that tells its own password from others', async () => {
    const { hasher } = world();
    const hash = await hasher.hash(password);
    expect(parsePasswordHash(hash)).toMatch(/^\$argon2id\$v=19\$/);
    expect(await hasher.verify(hash, password)).toBe(true);
    expect(await hasher.verify(hash, wrong)).toBe(false);
  });

  it('makes another hash of the same password each time', async () => {
    const { hasher } = world();
    const [one, two] = await Promise.all([hasher.hash(password), hasher.hash(password)]);
    expect(one).not.toBe(two);
    expect(await hasher.verify(two, password)).toBe(true);
  });

  it('takes a password typed on two keyboards for one', async () => {
    const { hasher } = world();
    const [composed, decomposed] = ['pässwörd ﬁve Ⅳ', 'pa\u0308sswo\u0308rd five IV'].map(parsePassword);
    const hash = await hasher.hash(composed ?? password);
    expect(await hasher.verify(hash, decomposed ?? wrong)).toBe(true);
  });

  it.each([
    ['the end of the longest password', `${'😀'.repeat(255)}a`, `${'😀'.repeat(255)}b`],
    ['what comes after a NUL', 'before\u0000after', 'before\u0000other'],
    ['spaces around it', 'correct horse', ' correct horse'],
    ['upper and lower case', 'correct horse', 'Correct horse'],
  ])('looks at %s', async (_, one, two) => {
    const { hasher } = world();
    const hash = await hasher.hash(parsePassword(one));
    expect(await hasher.verify(hash, parsePassword(one))).toBe(true);
    expect(await hasher.verify(hash, parsePassword(two))).toBe(false);
  });

  it.each([
    '',
    'correct horse',
    '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ',
    '$argon2id$v=19$m=99999999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
  ])('lets nobody in by a hash that cannot be read: %j', async (garbage) => {
    expect(await world().hasher.verify(garbage as PasswordHash, password)).toBe(false);
  });

  it('lets nobody in without a hash', async () => {
    expect(await world().hasher.verify(undefined, password)).toBe(false);
  });

  it('works as long without a hash as with one', async () => {
    const { hasher } = world();
    const hash = await hasher.hash(password);
    await hasher.verify(undefined, password);
    const known = () => millisecondsOf(() => hasher.verify(hash, wrong));
    const unknown = () => millisecondsOf(() => hasher.verify(undefined, wrong));
    // Other load slows both of a pair alike. The benchmark measures how alike they are.
    const ratios: number[] = [];
    for (let pair = 0; pair < 8; pair++) {
      const first = await known();
      ratios.push((await unknown()) / first);
      const second = await unknown();
      ratios.push(second / (await known()));
    }
    expect(median(ratios)).toBeGreaterThan(0.6);
    expect(median(ratios)).toBeLessThan(1.6);
  });
}

/** The time of four in a row, because this clock knows whole milliseconds only. */
async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = Date.now();
  for (let times = 0; times < 4; times++) await work();
  return Date.now() - start;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

function adopting(world: World): void {
  it('takes a hash of its own as it is', async () => {
    const { hasher } = world();
    const hash = await hasher.hash(password);
    expect(await hasher.adopt(hash)).toBe(hash);
  });

  it.each([
    '',
    'correct horse',
    '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ',
    '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    `$2b$${'9'.repeat(1_000)}`,
  ])('refuses %j, and says why', async (hash) => {
    const refusal: unknown = await world()
      .hasher.adopt(hash)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnusableHash);
    expect((refusal as UnusableHash).message).toMatch(/^must /);
    expect((refusal as UnusableHash).message).not.toContain(hash || '||');
  });

  it('makes a hash of no password, another one each time, that looks like its own', async () => {
    const { hasher } = world();
    const [one, two] = [hasher.unusable(), hasher.unusable()];
    expect(one).not.toBe(two);
    expect(await hasher.verify(one, password)).toBe(false);
    expect(hasher.needsRehash(one)).toBe(false);
    expect(await hasher.adopt(one)).toBe(one);
  });
}

function parameters(world: World): void {
  it('wants a hash made anew that was made with other parameters, and no other', async () => {
    const { hasher, other } = world();
    const [own, foreign] = [await hasher.hash(password), await other.hash(password)];
    expect([hasher.needsRehash(own), hasher.needsRehash(foreign)]).toEqual([false, true]);
    expect([other.needsRehash(own), other.needsRehash(foreign)]).toEqual([true, false]);
  });

  it('verifies a hash made with other parameters', async () => {
    const { hasher, other } = world();
    const foreign = await other.hash(password);
    expect(await hasher.verify(foreign, password)).toBe(true);
    expect(await hasher.verify(foreign, wrong)).toBe(false);
  });
}

function load(world: World, { running, waiting }: PasswordHasherTraits): void {
  it('refuses at once what it has no room for, and takes it when there is room again', async () => {
    const { hasher } = world();
    let finished = 0;
    const accepted = Array.from({ length: running + waiting }, (_, n) =>
      (n % 2 ? hasher.hash(password) : hasher.verify(undefined, password)).then(() => finished++),
    );
    const refusals = await Promise.allSettled([
      hasher.hash(password),
      hasher.verify(undefined, password),
      hasher.verify('garbage' as PasswordHash, password),
    ]);
    expect(finished).toBe(0);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } });
    }
    await Promise.all(accepted);
    expect(finished).toBe(running + waiting);
    expect(await hasher.verify(await hasher.hash(password), password)).toBe(true);
  });

  it('says when to ask again', async () => {
    const { hasher } = world();
    const accepted = Array.from({ length: running + waiting }, () => hasher.hash(password));
    const refusal: unknown = await hasher.hash(password).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Overloaded);
    expect((refusal as Overloaded).retryAfter).toBeGreaterThan(0);
    await Promise.all(accepted);
  });

  it('leaves the event loop free meanwhile', async () => {
    const { hasher } = world();
    let finished = false;
    const work = Promise.all(Array.from({ length: running + waiting }, () => hasher.hash(password))).then(
      () => {
        finished = true;
      },
    );
    let turns = 0;
    await vi.waitUntil(
      () => {
        turns++;
        return finished;
      },
      { interval: 1, timeout: 60_000 },
    );
    await work;
    expect(turns).toBeGreaterThan((2 * (running + waiting)) / running);
  });
}
