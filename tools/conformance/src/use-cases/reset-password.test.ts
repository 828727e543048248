import {
  CodeInvalid,
  InvalidCredentials,
  parseEmail,
  parsePassword,
  parseStoredEmail,
  Unauthenticated,
  WeakPassword,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { anEmail } from '../fakes/samples.ts';
import { next, registered, wrong } from './mailbox-world.ts';
import { anApplicant, client, password, phone, world } from './world.ts';

describe('a reset', () => {
  it('changes the password, ends every session, proves the address and tells the owner', async () => {
    const { reset, resetPassword, logIn, user, auth, authenticate, users, kinds, clock } = await registered();
    clock.advance(1_000);
    await resetPassword(await reset(), next, client);
    await expect(authenticate(auth.token)).rejects.toThrow(Unauthenticated);
    await expect(logIn(password)).rejects.toThrow(InvalidCredentials);
    await logIn(next);
    expect(await users.findById(user.id)).toMatchObject({
      emailVerifiedAt: clock.now(),
      passwordChangedAt: clock.now(),
    });
    expect(await kinds()).toEqual([
      ['password-reset', user.email],
      ['password-changed', user.email],
    ]);
  });

  it('works once, also when twenty ask at once', async () => {
    const { reset, resetPassword } = await registered();
    const proof = await reset();
    const uses = await Promise.allSettled(
      Array.from({ length: 20 }, () => resetPassword(proof, next, client)),
    );
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const use of uses) if (use.status === 'rejected') expect(use.reason).toBeInstanceOf(CodeInvalid);
    await expect(resetPassword(proof, password, client)).rejects.toThrow(CodeInvalid);
  });

  it('is not used up by a weak password', async () => {
    const { reset, resetPassword } = await registered();
    const proof = await reset();
    for (let n = 0; n < 10; n++) {
      await expect(resetPassword(proof, parsePassword('password'), client)).rejects.toThrow(WeakPassword);
    }
    await resetPassword(proof, next, client);
  });

  it('ends with five wrong codes, one after the other or at once', async () => {
    for (const tries of [1, 5]) {
      const { reset, resetPassword } = await registered();
      const proof = await reset();
      const guess = () => resetPassword({ ...proof, code: wrong }, next, client);
      for (let n = 0; n < 5 / tries; n++) {
        const guesses = await Promise.allSettled(Array.from({ length: tries }, guess));
        for (const { status } of guesses) expect(status).toBe('rejected');
      }
      await expect(resetPassword(proof, next, client)).rejects.toThrow(CodeInvalid);
    }
  });

  it('survives four wrong codes', async () => {
    const { reset, resetPassword } = await registered();
    const proof = await reset();
    for (let n = 0; n < 4; n++) {
      await expect(resetPassword({ ...proof, code: wrong }, next, client)).rejects.toThrow(CodeInvalid);
    }
    await resetPassword(proof, next, client);
  });

  it('needs the challenge as well as the code', async () => {
    const { reset, resetPassword, requestPasswordReset } = await registered();
    const proof = await reset();
    const other = await requestPasswordReset(anEmail(), client);
    await expect(resetPassword({ ...proof, token: other.token }, next, client)).rejects.toThrow(CodeInvalid);
  });

  it('ends with the next one, and after its time', async () => {
    const { reset, resetPassword, clock } = await registered();
    const first = await reset();
    const second = await reset();
    await expect(resetPassword(first, next, client)).rejects.toThrow(CodeInvalid);
    clock.advance(900_000);
    await expect(resetPassword(second, next, client)).rejects.toThrow(CodeInvalid);
  });

  it('is void when the password was changed meanwhile', async () => {
    const { reset, resetPassword, changePassword, caller } = await registered();
    const proof = await reset();
    const change = { currentPassword: password, newPassword: next, device: phone };
    await changePassword(await caller(), change);
    await expect(resetPassword(proof, password, client)).rejects.toThrow(CodeInvalid);
  });

  it('cannot be made from what the stores hold', async () => {
    const { challenges, requestPasswordReset, proofIn, user, secrets } = await registered();
    const issued = await requestPasswordReset(user.email, client);
    const stored = await challenges.find(secrets.digest(issued.token));
    const { token, code } = await proofIn(issued, 'password-reset');
    const text = JSON.stringify(stored);
    expect(text).toContain(user.id);
    for (const secret of [token, token.slice(4), code]) expect(text).not.toContain(secret);
  });

  it('answers the same for an unknown and for a disabled user, and mails nothing', async () => {
    const { requestPasswordReset, users, user, kinds, challenges, secrets } = await registered();
    await users.update(user.id, (one) => ({ ...one, status: 'disabled', version: one.version + 1 }));
    for (const email of [anEmail(), user.email]) {
      const issued = await requestPasswordReset(email, client);
      expect(issued).toEqual({
        token: expect.stringMatching(/^chl_[0-9a-f]{32}$/) as string,
        expiresIn: 900,
      });
      expect(await challenges.find(secrets.digest(issued.token))).toMatchObject({ userId: null });
    }
    expect(await kinds()).toEqual([]);
  });

  it('changes nothing beyond the limit of mails: the code before still works', async () => {
    const here = await registered();
    const silenced = here.createUseCases({ mailRate: { name: 'none', limit: 1, seconds: 60 } });
    // The first one uses the limit up.
    await silenced.requestPasswordReset(here.user.email, client);
    const proof = await here.reset();
    const issued = await silenced.requestPasswordReset(here.user.email, client);
    expect(issued).toEqual({ token: expect.stringMatching(/^chl_/) as string, expiresIn: 900 });
    here.mailer.mails.length = 0;
    expect(await here.kinds()).toEqual([]);
    await here.resetPassword(proof, next, client);
  });
});

describe('the limit of mails', () => {
  const mailRate = { name: 'few', limit: 1, seconds: 60 };

  it('holds for all spellings of a mailbox, and so does the end of the code before', async () => {
    const here = world();
    const email = parseEmail('ada@bücher.example');
    const other = parseStoredEmail('ada@xn--bcher-kva.example');
    await here.registerUser(anApplicant({ email }), password);
    const first = await here.requestPasswordReset(email, client);
    await here.requestPasswordReset(other, client);
    expect(await here.challenges.find(here.secrets.digest(first.token))).toBeUndefined();
    await here.deliver();
    here.mailer.mails.length = 0;
    const { requestPasswordReset } = here.createUseCases({ mailRate });
    for (const spelling of [email, other]) await requestPasswordReset(spelling, client);
    await here.deliver();
    expect(here.mailer.mails).toHaveLength(1);
  });

  it('holds for notices too, for each kind on its own', async () => {
    const here = await registered();
    const { changePassword, requestEmailChange, logIn } = here.createUseCases({ mailRate });
    let current = password;
    for (const chosen of ['one horse battery', 'two horse battery'].map(parsePassword)) {
      const { user, auth } = await logIn({ email: here.user.email, password: current }, phone);
      expect(user.id).toBe(here.user.id);
      const caller = await here.authenticate(auth.token);
      await changePassword(caller, { currentPassword: current, newPassword: chosen, device: phone });
      current = chosen;
    }
    const { auth } = await logIn({ email: here.user.email, password: current }, phone);
    const caller = await here.authenticate(auth.token);
    const next = anEmail();
    for (const email of [next, anEmail()]) {
      expect((await requestEmailChange(caller, email, current)).token).toMatch(/^chl_/);
    }
    expect(await here.kinds()).toEqual([
      ['password-changed', here.user.email],
      ['email-change', next],
      ['email-change-requested', here.user.email],
    ]);
  });
});

it('does not accept the code of another key', async () => {
  const here = await registered();
  const proof = await here.reset();
  const secretKey = here.secrets.newSecret();
  const other = here.createUseCases({ mail: { ...here.mail, secretKey } });
  await expect(other.resetPassword(proof, next, client)).rejects.toThrow(CodeInvalid);
  await here.resetPassword(proof, next, client);
});

describe('a deletion', () => {
  it('voids the codes of the user', async () => {
    const here = await registered();
    const proof = await here.reset();
    await here.deleteUser(await here.caller(), password);
    expect(await here.challenges.find(here.secrets.digest(proof.token))).toBeUndefined();
    await expect(here.resetPassword(proof, next, client)).rejects.toThrow(CodeInvalid);
  });
});
