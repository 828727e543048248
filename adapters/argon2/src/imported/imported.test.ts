import { pbkdf2Sync, scryptSync } from 'node:crypto';
import {
  Overloaded,
  parsePassword,
  type PasswordHash,
  parsePasswordHash,
  UnusableHash,
} from '@user-management/domain';
import argon2 from 'argon2';
import bcrypt from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { Argon2Hasher } from '../argon2-hasher.ts';

const TEXT = 'correct horse pässwörd';
const password = parsePassword(TEXT);
const wrong = parsePassword('correct horse passwörd');

const observer = { hashed: () => undefined, hashQueue: () => undefined, hashRefused: () => undefined };
const OWN = { memoryKib: 256, iterations: 2, parallelism: 1 };
const hasher = new Argon2Hasher({ ...OWN, observer });

const SALT = Buffer.from('a salt of 16 bytes');
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

function scryptHash(ln: number, r: number, p: number, bytes = 32): string {
  const digest = scryptSync(TEXT, SALT, bytes, { N: 2 ** ln, r, p, maxmem: 2 ** 28 });
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(SALT)}$${base64(digest)}`;
}

function pbkdf2Hash(name: 'sha256' | 'sha512', parameters: string, bytes: number): string {
  const digest = pbkdf2Sync(TEXT, SALT, 1_000, bytes, name);
  return `$pbkdf2-${name}$i=1000${parameters}$${base64(SALT)}$${base64(digest)}`;
}

const argon2Hash = (type: 0 | 1 | 2, options: argon2.HashOptions = {}) =>
  argon2.hash(TEXT, { type, memoryCost: 512, timeCost: 3, parallelism: 2, hashLength: 24, ...options });

const ofMinor = (minor: string) => bcrypt.hashSync(TEXT, 5).replace('$2b$', `$2${minor}$`);

/** Made by other libraries. */
const WEAKER: readonly (readonly [name: string, make: () => string | Promise<string>])[] = [
  ['bcrypt $2a$', () => ofMinor('a')],
  ['bcrypt $2b$', () => ofMinor('b')],
  ['bcrypt $2y$', () => ofMinor('y')],
  ['scrypt', () => scryptHash(10, 8, 1)],
  ['scrypt of 64 bytes', () => scryptHash(9, 4, 3, 64)],
  ['PBKDF2-SHA256', () => pbkdf2Hash('sha256', ',l=32', 32)],
  ['PBKDF2-SHA256 without a length', () => pbkdf2Hash('sha256', '', 20)],
  ['PBKDF2-SHA512', () => pbkdf2Hash('sha512', '', 64)],
  ['argon2i', () => argon2Hash(argon2.argon2i)],
  ['argon2d', () => argon2Hash(argon2.argon2d)],
  [
    'argon2id that costs less',
    () => argon2Hash(argon2.argon2id, { memoryCost: 64, timeCost: 1, parallelism: 1 }),
  ],
];

describe.each(WEAKER)('a hash of %s', (_, make) => {
  it('is wrapped, still tells its password from others, and is to be made anew', async () => {
    const imported = await make();
    const wrapped = await hasher.adopt(imported);
    expect(parsePasswordHash(wrapped)).toMatch(/^\$argon2id\$v=19\$m=256,/);
    expect(wrapped).not.toContain(imported.slice(-22));
    expect(await hasher.verify(wrapped, password)).toBe(true);
    expect(await hasher.verify(wrapped, wrong)).toBe(false);
    expect(hasher.needsRehash(wrapped)).toBe(true);
    // An export gives what an import takes.
    expect(await hasher.adopt(wrapped)).toBe(wrapped);
  });
});

it('takes a hash of argon2id that costs at least as much as it is', async () => {
  const imported = await argon2Hash(argon2.argon2id);
  expect(await hasher.adopt(imported)).toBe(imported);
  expect(await hasher.verify(imported as PasswordHash, password)).toBe(true);
  expect(hasher.needsRehash(imported as PasswordHash)).toBe(true);
});

it('sees the first 72 bytes of a password in a hash of bcrypt, as bcrypt does', async () => {
  const long = 'x'.repeat(72);
  const wrapped = await hasher.adopt(bcrypt.hashSync(`${long}tail`, 4));
  expect(await hasher.verify(wrapped, parsePassword(`${long}other`))).toBe(true);
  expect(await hasher.verify(wrapped, parsePassword(`${'x'.repeat(71)}y`))).toBe(false);
});

const DIGEST = 'A'.repeat(43);

describe('a hash is refused', () => {
  it.each([
    ['bcrypt of a high cost', `$2b$15$${'A'.repeat(53)}`, /cost from 4 to 14/],
    ['bcrypt of no cost', `$2b$03$${'A'.repeat(53)}`, /cost from 4 to 14/],
    ['bcrypt of another version', `$2x$10$${'A'.repeat(53)}`, /PHC string/],
    ['bcrypt that is cut', `$2b$10$${'A'.repeat(52)}`, /PHC string/],
    ['scrypt of much memory', `$scrypt$ln=17,r=8,p=1$c29tZXNhbHQ$${DIGEST}`, /at most 64 MiB/],
    ['scrypt of a huge r', `$scrypt$ln=14,r=99,p=1$c29tZXNhbHQ$${DIGEST}`, /at most 64 MiB/],
    ['scrypt of much work', `$scrypt$ln=16,r=8,p=5$c29tZXNhbHQ$${DIGEST}`, /256 MiB times p/],
    ['PBKDF2 of many iterations', `$pbkdf2-sha256$i=2000001$c29tZXNhbHQ$${DIGEST}`, /2000000 iterations/],
    ['PBKDF2 of no iterations', `$pbkdf2-sha512$i=0$c29tZXNhbHQ$${DIGEST}`, /1 to 2000000/],
    ['PBKDF2 of another length', `$pbkdf2-sha256$i=1,l=31$c29tZXNhbHQ$${DIGEST}`, /PHC string/],
    ['PBKDF2 of SHA-1', `$pbkdf2-sha1$i=1000$c29tZXNhbHQ$${DIGEST}`, /PHC string/],
    ['argon2i of much memory', `$argon2i$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$${DIGEST}`, /m of at most 65536/],
    ['argon2id of many passes', `$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$${DIGEST}`, /m · t/],
    ['argon2 of another version', `$argon2i$v=16$m=64,t=1,p=1$c29tZXNhbHQ$${DIGEST}`, /PHC string/],
    ['a short salt', `$scrypt$ln=10,r=8,p=1$AAAA$${DIGEST}`, /4 to 64 bytes of salt/],
    ['a short digest', `$pbkdf2-sha256$i=1$c29tZXNhbHQ$${'A'.repeat(19)}`, /PHC string/],
  ])('when it is %s', async (_, hash, reason) => {
    const refusal: unknown = await hasher.adopt(hash).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnusableHash);
    expect((refusal as UnusableHash).message).toMatch(reason);
  });
});

it('does not follow a recipe in the store that costs too much', async () => {
  const real = await hasher.adopt(bcrypt.hashSync(TEXT, 4));
  const poisoned = real.replace('$2b$04$', '$2b$31$') as PasswordHash;
  expect(parsePasswordHash(poisoned)).toBe(poisoned);
  expect(await hasher.verify(poisoned, password)).toBe(false);
});

it('wraps within the limits of hashing', async () => {
  const hash = bcrypt.hashSync(TEXT, 4);
  // It has measured no hash yet, so the room of its queue is known.
  const fresh = new Argon2Hasher({ ...OWN, observer });
  const many = Array.from({ length: 1_000 }, () =>
    fresh.adopt(hash).then(
      () => 'done',
      (error: unknown) => error,
    ),
  );
  const outcomes = await Promise.all(many);
  expect(outcomes.filter((outcome) => outcome instanceof Overloaded).length).toBeGreaterThan(0);
  expect(outcomes.filter((outcome) => outcome === 'done').length).toBeGreaterThan(0);
});
