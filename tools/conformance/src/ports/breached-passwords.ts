import { type BreachedPasswords, parsePassword } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { fresh } from './fresh.ts';

export interface BreachedPasswordsUnderTest {
  readonly passwords: BreachedPasswords;
  dispose?(): Promise<void> | void;
}

/** What every `BreachedPasswords` must do. `create` gets the passwords that are known from a breach. */
export function describeBreachedPasswords(
  name: string,
  create: (known: readonly string[]) => BreachedPasswordsUnderTest | Promise<BreachedPasswordsUnderTest>,
): void {
  describe(`${name} is a BreachedPasswords`, () => {
    const world = fresh(() => create(['correct horse', 'пароль密码🔑']));
    const has = (text: string) => world().passwords.has(parsePassword(text));

    it('knows the passwords of a breach', async () => {
      expect(await has('correct horse')).toBe(true);
      expect(await has('пароль密码🔑')).toBe(true);
    });

    it('knows them as they were, and not at another case', async () => {
      expect(await has('Correct horse')).toBe(false);
      expect(await has('correct horse ')).toBe(false);
    });

    it('knows no other password', async () => {
      expect(await has('battery staple')).toBe(false);
    });

    it('answers several at a time', async () => {
      const texts = Array.from({ length: 20 }, (_, n) => (n % 2 ? 'correct horse' : `battery ${n}`));
      expect(await Promise.all(texts.map(has))).toEqual(texts.map((_, n) => n % 2 === 1));
    });
  });
}
