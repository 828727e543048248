import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.ts';
import { DEFAULT_PASSWORD_POLICY, weaknesses } from './new-password.ts';
import { parsePassword } from './password.ts';
import { parseName } from './profile.ts';

const email = parseEmail('Ada.Lovelace@example.com');
const owner = { email, name: parseName('Ada Maria Großmann') };
const isCommon = (folded: string) => folded === 'passwört1';
const messagesFor = (text: string, policy = DEFAULT_PASSWORD_POLICY) =>
  weaknesses(parsePassword(text), owner, policy, isCommon);

const COMMON = 'must not be one of the most common passwords';
const EMAIL = 'must not be the email address or its part before the @';
const NAME = 'must not be the name of the user or a part of it';
const RUNS = 'must not consist of repeated or consecutive characters, such as aaaa or 1234';

describe('weaknesses', () => {
  it.each([
    ['eight characters of any kind', 'k7#Qz!p2'],
    ['a passphrase', 'correct horse battery staple'],
    ['a long one', 'x7'.repeat(128)],
    ['any script', 'пароль密码🔑'],
    ['spaces around it', '  k7Qzp2  '],
  ])('finds none in %s', (_, text) => {
    expect(messagesFor(text)).toEqual([]);
  });

  it.each([
    ['as it is', 'passwört1'],
    ['at another case', 'PassWÖRT1'],
    ['composed in another way', 'PASSWO\u0308RT1'],
    ['with compatible characters', 'ｐａｓｓｗöｒｔ１'],
  ])('finds a common password %s', (_, text) => {
    expect(messagesFor(text)).toEqual([COMMON]);
  });

  it.each([
    ['the email', 'ada.lovelace@example.com'],
    ['the email at another case', 'Ada.Lovelace@EXAMPLE.com'],
    ['the part before the @', 'ada.lovelace'],
    ['that part with other separators', 'Ada_Love-Lace'],
    ['that part without separators', 'adalovelace'],
  ])('finds %s', (_, text) => {
    expect(messagesFor(text)).toEqual([EMAIL]);
  });

  it.each([
    ['the name', 'Ada Maria Großmann'],
    ['the name without spaces', 'adamariagroßmann'],
    ['the name in upper case', 'ADA MARIA GROSSMANN'],
    ['a part of the name', 'Großmann'],
    ['a part of the name at another case', 'GROSSMANN'],
  ])('finds %s', (_, text) => {
    expect(messagesFor(text)).toEqual([NAME]);
  });

  it.each([
    ['a word more than the email', 'ada.lovelace@example.com!'],
    ['a word more than the name', 'Ada Maria Großmann 1815'],
    ['the domain of the email', 'example.com'],
    ['a common password as a part', 'passwört1 horse'],
  ])('compares the whole password, so it takes %s', (_, text) => {
    expect(messagesFor(text)).toEqual([]);
  });

  it('takes anything for a name where there is none', () => {
    const nameless = { email, name: null };
    expect(weaknesses(parsePassword('Großmann'), nameless, DEFAULT_PASSWORD_POLICY, isCommon)).toEqual([]);
  });

  it.each([
    ['one character', 'aaaaaaaa'],
    ['one character at both cases', 'aAaAaAaA'],
    ['spaces', ' '.repeat(8)],
    ['one emoji', '😀'.repeat(8)],
    ['ascending digits', '23456789'],
    ['descending digits', '98765432'],
    ['ascending letters', 'abcdefgh'],
    ['ascending letters at both cases', 'AbCdEfGh'],
    ['letters of another script', 'абвгдежз'],
    ['several runs', 'aaaa1111'],
    ['runs that share a character', 'aaabcdddd'],
    ['ascending and descending runs', '1234cba9876'],
    ['256 times one character', 'a'.repeat(256)],
  ])('finds that it consists of runs: %s', (_, text) => {
    expect(messagesFor(text)).toEqual([RUNS]);
  });

  it.each([
    ['a character outside of the runs', 'aaaaaaa1'],
    ['a character before the runs', '1aaaaaaa'],
    ['two runs of two', 'aabbccdd'],
    ['every second digit', '13579135'],
    ['words with double letters', 'bookkeeper'],
  ])('takes %s', (_, text) => {
    expect(messagesFor(text)).toEqual([]);
  });

  it.each([
    [11, ['must have 12 to 256 characters']],
    [12, []],
  ])('counts %i characters against a minimum of 12', (length, messages) => {
    const text = [...'ä😀'.repeat(6)].slice(0, length).join('');
    expect(messagesFor(text, { minLength: 12 })).toEqual(messages);
  });

  it('lists each broken rule', () => {
    const ones = { email: parseEmail('11111111@example.com'), name: parseName('11111111') };
    const all = weaknesses(parsePassword('11111111'), ones, { minLength: 9 }, () => true);
    expect(all).toEqual(['must have 9 to 256 characters', COMMON, EMAIL, NAME, RUNS]);
  });
});
