import { describe, expect, it } from 'vitest';
import { ValidationFailed } from './errors.ts';
import { parseDeviceId, parseName, parsePhone, parseStoredName } from './profile.ts';

const noText = [undefined, null, 1, true, {}, ['a']];

describe('parsePhone', () => {
  it.each(['+4930123456', '+12', `+${'1'.repeat(15)}`])('takes %s', (phone) => {
    expect(parsePhone(phone)).toBe(phone);
  });

  it.each([
    '',
    '+',
    '+1',
    '4930123456',
    '+04930123456',
    `+${'1'.repeat(16)}`,
    '+49 30 123456',
    '+49-30-123456',
    ' +4930123456',
    '+4930123456\n',
    '+٤٩٣٠١٢٣٤٥٦',
    '+49301234x',
    ...noText,
  ])('refuses %j', (input) => {
    expect(() => parsePhone(input)).toThrow(ValidationFailed);
  });
});

describe('parseName', () => {
  it.each([
    'A',
    'Ada Lovelace',
    "Renée O'Brien-Smith, Jr.",
    '李小龍',
    'نوعا',
    '👩‍🚀',
    'a'.repeat(200),
    '😀'.repeat(200),
    ' Ada ',
    // Joined: emoji, Persian, Hindi; shown as emoji.
    '👨‍👩‍👧 🏃🏽‍♂️ 🏳️‍🌈 ❤️‍🔥 1️⃣',
    'علی\u200cرضا',
    'क्\u200dष',
  ])('takes %j as it is', (name) => {
    expect(parseName(name)).toBe(name);
  });

  it.each(['a'.repeat(201), '😀'.repeat(201), ''])(
    'refuses a name of another length than 1 to 200 characters',
    (name) => {
      expect(() => parseName(name)).toThrow(new ValidationFailed('must have 1 to 200 characters'));
    },
  );

  it.each(['A\u0000da', '\u0000', 'Ada\n', 'A\tda', 'A\u001bda', 'A\u007fda', 'A\u0085da'])(
    'refuses the control character in %j',
    (name) => {
      expect(() => parseName(name)).toThrow(new ValidationFailed('must not contain control characters'));
    },
  );

  it.each([
    ...[
      'A\u200bda',
      '\u202aAda',
      'Ada\u200e',
      'A\u2060da',
      'A\u00adda',
      '\u3164',
      'Ada\uffff',
      'A\u{e0041}da',
    ],
    ...['A\u200dda', '\u200dAda', 'Ada\u200d', 'A\ufe0fda', '\u202eAda'],
  ])('refuses the invisible character in %j as a new name, and can read it back', (name) => {
    expect(() => parseName(name)).toThrow(new ValidationFailed('must not contain invisible characters'));
    expect(parseStoredName(name)).toBe(name);
  });

  it.each(['\ud83d', 'Ada\udc00', ...noText])('refuses %j', (input) => {
    expect(() => parseName(input)).toThrow(ValidationFailed);
  });
});

describe('parseDeviceId', () => {
  it.each(['a', 'phone-1', 'ios:17.2/iPhone15,3', '设备😀', 'a'.repeat(128), '😀'.repeat(128), '<>"\'\\%00'])(
    'takes %j as it is',
    (deviceId) => {
      expect(parseDeviceId(deviceId)).toBe(deviceId);
    },
  );

  it.each(['', 'a'.repeat(129), '😀'.repeat(129)])(
    'refuses one of another length than 1 to 128 characters',
    (input) => {
      expect(() => parseDeviceId(input)).toThrow(new ValidationFailed('must have 1 to 128 characters'));
    },
  );

  it.each([
    ' ',
    'phone 1',
    'phone-1 ',
    'a\u00a0b',
    'a\u0000',
    'a\nb',
    'a\u200bb',
    'a\u202eb',
    'a\ufeffb',
    'a\u2028b',
    'a\ue000b',
  ])('refuses %j, where not every character is visible', (input) => {
    expect(() => parseDeviceId(input)).toThrow(new ValidationFailed('must have visible characters only'));
  });

  it.each(['\ud83d', ...noText])('refuses %j', (input) => {
    expect(() => parseDeviceId(input)).toThrow(ValidationFailed);
  });
});
