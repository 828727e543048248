import {
  InvalidCredentials,
  parseEmail,
  parseIdempotencyKey,
  parseName,
  parsePassword,
  WeakPassword,
  WrongPassword,
} from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { anApplicant, password, phone, world } from './world.ts';

const weak = parsePassword('password');
const breached = parsePassword('battery staple');
const email = parseEmail('ada.lovelace@example.com');
const name = parseName('Ada Lovelace');

const refusal = async (work: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WeakPassword);
  return (error as WeakPassword).faults.map(({ message }) => message);
};

const BREACHED = 'must not be a password that is known from a data breach';

/** Where a user chooses a password. */
const WAYS = ['registerUser', 'changePassword'] as const;

describe.each(WAYS)('%s', (way) => {
  /** Ada, before she chooses the password. */
  async function ada(minLength = 8) {
    const parts = world();
    const { registerUser, changePassword } = parts.createUseCases({ passwordPolicy: { minLength } });
    const { authenticate, breachedPasswords } = parts;
    const applicant = anApplicant({ email, name });
    if (way === 'registerUser') {
      return { ...parts, choose: (chosen = weak) => registerUser(applicant, chosen) };
    }
    const { auth } = await registerUser(applicant, parsePassword('correct horse battery staple'));
    const caller = await authenticate(auth.token);
    breachedPasswords.asked = 0;
    const currentPassword = parsePassword('correct horse battery staple');
    return {
      ...parts,
      choose: (newPassword = weak) => changePassword(caller, { currentPassword, newPassword, device: phone }),
    };
  }

  it.each([
    ['a common password', 'Password1', 'must not be one of the most common passwords'],
    ['the email', 'ada.lovelace@example.com', 'must not be the email address or its part before the @'],
    ['the part before the @', 'Ada.Lovelace', 'must not be the email address or its part before the @'],
    ['a part of the name', 'lovelace', 'must not be the name of the user or a part of it'],
    [
      'consecutive characters',
      'hijklmnop',
      'must not consist of repeated or consecutive characters, such as aaaa or 1234',
    ],
  ])('refuses %s, and says why', async (_, text, message) => {
    const { choose } = await ada();
    expect(await refusal(choose(parsePassword(text)))).toContain(message);
  });

  it('refuses a password that is known from a breach', async () => {
    const { choose, breachedPasswords } = await ada();
    breachedPasswords.known.add(breached.reveal());
    expect(await refusal(choose(breached))).toEqual([BREACHED]);
  });

  it('looks up no password that it refuses anyway', async () => {
    const { choose, breachedPasswords } = await ada();
    await refusal(choose(weak));
    expect(breachedPasswords.asked).toBe(0);
  });

  it.each([
    ['correct horse', ['must have 14 to 256 characters']],
    ['correct horses', []],
  ])('holds %s against a minimum of 14 characters', async (text, messages) => {
    const { choose } = await ada(14);
    const work = choose(parsePassword(text));
    if (messages.length > 0) expect(await refusal(work)).toEqual(messages);
    else await work;
  });

  it('verifies, hashes and writes nothing before it refuses', async () => {
    const { choose, hasher, users, sessions, tokens, breachedPasswords } = await ada();
    breachedPasswords.known.add(breached.reveal());
    const spies = [
      vi.spyOn(hasher, 'hash'),
      vi.spyOn(hasher, 'verify'),
      vi.spyOn(users, 'add'),
      vi.spyOn(users, 'update'),
      vi.spyOn(sessions, 'add'),
      vi.spyOn(tokens, 'save'),
      vi.spyOn(tokens, 'revoke'),
    ];
    for (const refused of [weak, breached]) await refusal(choose(refused));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    await choose(parsePassword('another horse'));
  });
});

describe('registerUser', () => {
  it('refuses a weak password for a taken email as for a free one', async () => {
    const { registerUser } = world();
    const taken = anApplicant({ email });
    await registerUser(taken, password);
    const refusals = [taken, anApplicant()].map((applicant) => refusal(registerUser(applicant, weak)));
    const [one, other] = await Promise.all(refusals);
    expect(one).toEqual(other);
  });

  it('repeats a registration whose password became weak since', async () => {
    const { registerUser, breachedPasswords } = world();
    const applicant = anApplicant({ idempotencyKey: parseIdempotencyKey('a-key') });
    const first = await registerUser(applicant, breached);
    breachedPasswords.known.add(breached.reveal());
    const again = await registerUser(applicant, breached);
    expect(again.user).toEqual(first.user);
    for (const changed of [
      { idempotencyKey: parseIdempotencyKey('another') },
      { idempotencyKey: undefined },
    ]) {
      expect(await refusal(registerUser({ ...applicant, ...changed }, breached))).toEqual([BREACHED]);
    }
  });
});

describe('changePassword', () => {
  it('answers a weak new password alike, whether the current password is right or wrong', async () => {
    const { registerUser, authenticate, changePassword, hasher } = world();
    const { auth } = await registerUser(anApplicant(), password);
    const caller = await authenticate(auth.token);
    const messages = [password, parsePassword('not the password')].map((currentPassword) =>
      refusal(changePassword(caller, { currentPassword, newPassword: weak, device: phone })),
    );
    const [right, wrong] = await Promise.all(messages);
    expect(right).toEqual(wrong);
    expect(hasher.verified).toEqual([]);
  });

  it('still refuses a wrong current password with a good new one', async () => {
    const { registerUser, authenticate, changePassword } = world();
    const { auth } = await registerUser(anApplicant(), password);
    const caller = await authenticate(auth.token);
    const wrong = {
      currentPassword: parsePassword('not the password'),
      newPassword: breached,
      device: phone,
    };
    await expect(changePassword(caller, wrong)).rejects.toThrow(WrongPassword);
  });
});

describe('logIn', () => {
  it('takes a weak password that an older rule let in', async () => {
    const { registerUser, logIn, hasher, users } = world();
    const { user } = await registerUser(anApplicant(), password);
    const passwordHash = await hasher.hash(weak);
    await users.update(user.id, (current) => ({ ...current, passwordHash, version: current.version + 1 }));
    await logIn({ email: user.email, password: weak }, phone);
    await expect(logIn({ email: user.email, password }, phone)).rejects.toThrow(InvalidCredentials);
  });
});
