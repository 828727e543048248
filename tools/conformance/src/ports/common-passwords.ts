import { type CommonPasswords, fold } from '@user-management/domain';
import { describe, expect, it } from 'vitest';

/** What every `CommonPasswords` must do. */
export function describeCommonPasswords(name: string, create: () => CommonPasswords): void {
  describe(`${name} is a CommonPasswords`, () => {
    const passwords = create();

    it.each([
      'password',
      '12345678',
      'qwertyuiop',
      'iloveyou',
      'Password123',
      'TRUSTNO1',
      'ｐａｓｓｗｏｒｄ',
    ])('has %s', (text) => {
      expect(passwords.has(fold(text))).toBe(true);
    });

    it.each([
      ['a passphrase', 'correct horse battery staple'],
      ['nothing', ''],
      ['a part of one', 'passwor'],
      ['one and more', 'password\u0000'],
      ['one with a line feed', 'password\n'],
      ['two with a line feed between them', 'password\npassword1'],
      ['what sorts before all', '\u0000'],
      ['what sorts after all', '\u{10ffff}'],
    ])('does not have %s', (_, text) => {
      expect(passwords.has(fold(text))).toBe(false);
    });
  });
}
