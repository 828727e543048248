import { describe, expect, it } from 'vitest';
import { ValidationFailed } from './errors.ts';
import { parsePassword, parsePasswordHash, Password } from './password.ts';

describe('parsePassword', () => {
  it.each([
    ['8 characters', 'a'.repeat(8)],
    ['256 characters', 'a'.repeat(256)],
    ['256 characters of four bytes each', '😀'.repeat(256)],
    ['spaces, also around it', '  a b c  '],
    ['nothing but spaces', ' '.repeat(8)],
    ['control characters', 'a\u0000b\u0007c\nd\t'],
    ['any script', 'пароль密码🔑'],
  ])('takes %s as it is', (_, text) => {
    expect(parsePassword(text).reveal()).toBe(text);
  });

  it.each([
    ['7 characters', 'a'.repeat(7)],
    ['7 characters that are 14 code units', '😀'.repeat(7)],
    ['4 characters typed as 8 code points', 'a\u0308'.repeat(4) + 'abc'],
    ['257 characters', 'a'.repeat(257)],
    ['nothing', ''],
    ['256 characters that become more when normalised', `${'a'.repeat(255)}ﬁ`],
  ])('refuses %s', (_, text) => {
    expect(() => parsePassword(text)).toThrow(new ValidationFailed('must have 8 to 256 characters'));
  });

  it('makes one password of what two keyboards send', () => {
    const sent = ['pa\u0308ssword ﬁ Ⅸ １２', 'pässword fi IX 12', 'p\u00e4ssword \ufb01 IX 1２'];
    expect(new Set(sent.map((text) => parsePassword(text).reveal())).size).toBe(1);
  });

  it('refuses unpaired surrogates, of which all would hash alike', () => {
    for (const text of ['\ud800password', 'password\udc00', 'pass\udc00\ud800word']) {
      expect(() => parsePassword(text)).toThrow(new ValidationFailed('must be well-formed Unicode'));
    }
  });

  it.each([undefined, null, 12345678, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], {}])(
    'refuses %j, which is no text',
    (input) => {
      expect(() => parsePassword(input)).toThrow(new ValidationFailed('must be a string'));
    },
  );

  it('does not repeat the password in what it says of it', () => {
    const message = messageOf(() => parsePassword('hunter2'));
    expect(message).not.toContain('hunter2');
  });
});

describe('Password', () => {
  const password = new Password('correct horse');

  it('shows its text in no usual way', () => {
    const shown = [
      ...[password].map(String),
      JSON.stringify(password),
      JSON.stringify({ nested: [password] }),
      Object.entries(password).join(),
      Reflect.ownKeys(password).join(),
      JSON.stringify(Object.assign({}, password)),
    ];
    expect(shown.join()).not.toContain('horse');
  });

  it('reveals it when asked', () => {
    expect(password.reveal()).toBe('correct horse');
  });
});

describe('parsePasswordHash', () => {
  const salt = 'c29tZXNhbHRzb21lc2FsdA';
  const digest = '8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE';

  it.each([
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
    `$argon2id$v=19$m=65536,t=3,p=4$${salt}$${digest}`,
    `$argon2id$v=19$t=2,m=19456,p=1$${salt}$${digest}`,
  ])('takes %s', (text) => {
    expect(parsePasswordHash(text)).toBe(text);
  });

  it.each([
    '',
    'correct horse',
    `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
    `$argon2d$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
    `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${digest}`,
    `$argon2id$v=19$m=19456,t=2$${salt}$${digest}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}\n`,
    ` $argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
    '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    null,
    7,
  ])('refuses %j', (input) => {
    expect(() => parsePasswordHash(input)).toThrow(ValidationFailed);
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  throw new Error('nothing was thrown');
}
