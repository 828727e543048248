import {
  AlreadyVerified,
  CodeInvalid,
  EmailTaken,
  InvalidCredentials,
  type IssuedChallenge,
  type MailKind,
  MailNotConfigured,
  parseCode,
  parsePassword,
  Unauthenticated,
  WeakPassword,
  WrongPassword,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Hooked } from '../fakes/hooked.ts';
import { anEmail } from '../fakes/samples.ts';
import { anApplicant, client, password, phone, tablet, world } from './world.ts';

const next = parsePassword('a longer horse battery');
const DAY = 86_400_000;

async function registered() {
  const parts = world();
  const applicant = anApplicant();
  const { user, auth } = await parts.registerUser(applicant, password);
  const caller = () => parts.authenticate(auth.token);
  /** What the owner of the mailbox answers to a challenge. */
  const proofIn = async ({ token }: IssuedChallenge, kind: MailKind) => {
    await parts.deliver();
    return { token, code: parseCode(parts.mailer.last(kind).code) };
  };
  const reset = async () => proofIn(await parts.requestPasswordReset(user.email, client), 'password-reset');
  const kinds = async () => {
    await parts.deliver();
    return parts.mailer.mails.splice(0).map(({ kind, to }) => [kind, to]);
  };
  const logIn = (candidate: typeof password) =>
    parts.logIn({ email: user.email, password: candidate }, phone);
  return { ...parts, applicant, user, auth, caller, proofIn, reset, kinds, logIn };
}

type Registered = Awaited<ReturnType<typeof registered>>;

const wrong = parseCode('00000-00000');

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
    const { reset, challenges, requestPasswordReset, user, secrets } = await registered();
    const issued = await requestPasswordReset(user.email, client);
    const stored = await challenges.find(secrets.digest(issued.token));
    const { code } = await reset();
    const text = JSON.stringify(stored);
    for (const secret of [issued.token, code, issued.token.slice(4)]) expect(text).not.toContain(secret);
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
    const silenced = here.createUseCases({ limits: { mail: { name: 'none', limit: 1, seconds: 60 } } });
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

describe('a verification', () => {
  const verify = async ({ requestEmailVerification, proofIn, caller }: Registered) =>
    proofIn(await requestEmailVerification(await caller()), 'email-verification');

  it('proves the address, and a repeat succeeds again', async () => {
    const here = await registered();
    const proof = await verify(here);
    await here.confirmEmail(proof, client);
    await here.confirmEmail(proof, client);
    expect(await here.users.findById(here.user.id)).toMatchObject({ emailVerifiedAt: here.clock.now() });
    await expect(here.requestEmailVerification(await here.caller())).rejects.toThrow(AlreadyVerified);
    const types = (await here.events.ofUser(here.user.id, 10)).map(({ type }) => type);
    expect(types.filter((type) => type === 'user.email_verified')).toHaveLength(1);
  });

  it('succeeds for each of four who confirm at once, and is one event', async () => {
    const here = await registered();
    const proof = await verify(here);
    await Promise.all(Array.from({ length: 4 }, () => here.confirmEmail(proof, client)));
    const types = (await here.events.ofUser(here.user.id, 10)).map(({ type }) => type);
    expect(types.filter((type) => type === 'user.email_verified')).toHaveLength(1);
  });

  it('is no reset', async () => {
    const here = await registered();
    const proof = await verify(here);
    await expect(here.resetPassword(proof, next, client)).rejects.toThrow(CodeInvalid);
    await expect(here.undoEmailChange(proof, client)).rejects.toThrow(CodeInvalid);
    await expect(here.confirmRegistration(proof)).rejects.toThrow(CodeInvalid);
  });
});

describe('a change of the email', () => {
  const change = async (here: Registered, email = anEmail()) => {
    const issued = await here.requestEmailChange(await here.caller(), email, password);
    return { email, proof: await here.proofIn(issued, 'email-change') };
  };

  it('takes the new address when it is proven, and mails both addresses', async () => {
    const here = await registered();
    const { email, proof } = await change(here);
    expect((await here.users.findById(here.user.id))?.email).toBe(here.user.email);
    await here.confirmEmail(proof, client);
    await here.confirmEmail(proof, client);
    expect(await here.users.findById(here.user.id)).toMatchObject({
      email,
      emailVerifiedAt: here.clock.now(),
    });
    expect(await here.kinds()).toEqual([
      ['email-change', email],
      ['email-change-requested', here.user.email],
      ['email-changed', here.user.email],
    ]);
    await here.authenticate(here.auth.token);
    await here.registerUser(anApplicant({ email: here.user.email }), password);
  });

  it('needs the password', async () => {
    const here = await registered();
    await expect(here.requestEmailChange(await here.caller(), anEmail(), next)).rejects.toThrow(
      WrongPassword,
    );
    expect(await here.kinds()).toEqual([]);
  });

  it('shows only to the owner of the new mailbox that the address is taken', async () => {
    const here = await registered();
    const { user: other } = await here.registerUser(anApplicant(), password);
    const { proof } = await change(here, other.email);
    await expect(here.confirmEmail(proof, client)).rejects.toThrow(EmailTaken);
    expect((await here.users.findById(here.user.id))?.email).toBe(here.user.email);
  });

  it('is void when the password was changed meanwhile', async () => {
    const here = await registered();
    const { proof } = await change(here);
    const passwords = { currentPassword: password, newPassword: next, device: phone };
    await here.changePassword(await here.caller(), passwords);
    await expect(here.confirmEmail(proof, client)).rejects.toThrow(CodeInvalid);
  });

  it('is taken back by the owner of the old mailbox, which ends every session', async () => {
    const here = await registered();
    const { proof } = await change(here);
    await here.confirmEmail(proof, client);
    await here.deliver();
    const { code, ...mail } = here.mailer.last('email-changed');
    const undo = {
      token: (mail as unknown as { challenge: typeof proof.token }).challenge,
      code: parseCode(code),
    };
    here.clock.advance(6 * DAY);
    await here.undoEmailChange(undo, client);
    expect((await here.users.findById(here.user.id))?.email).toBe(here.user.email);
    await expect(here.authenticate(here.auth.token)).rejects.toThrow(Unauthenticated);
    await expect(here.undoEmailChange(undo, client)).rejects.toThrow(CodeInvalid);
  });

  it('cannot be made permanent by a second change', async () => {
    const here = await registered();
    const undos = [];
    for (let n = 0; n < 2; n++) {
      const { proof } = await change(here);
      await here.confirmEmail(proof, client);
      await here.deliver();
      const mail = here.mailer.last('email-changed') as unknown as {
        challenge: typeof proof.token;
        code: string;
      };
      undos.push({ token: mail.challenge, code: parseCode(mail.code) });
    }
    await here.undoEmailChange(undos[0] ?? { token: '' as never, code: wrong }, client);
    expect((await here.users.findById(here.user.id))?.email).toBe(here.user.email);
  });

  it('cannot be taken back when another user has the old address by now', async () => {
    const here = await registered();
    const { proof } = await change(here);
    await here.confirmEmail(proof, client);
    await here.registerUser(anApplicant({ email: here.user.email }), password);
    await here.deliver();
    const mail = here.mailer.last('email-changed') as unknown as {
      challenge: typeof proof.token;
      code: string;
    };
    const undo = { token: mail.challenge, code: parseCode(mail.code) };
    await expect(here.undoEmailChange(undo, client)).rejects.toThrow(EmailTaken);
  });
});

describe('a registration that has to be proven', () => {
  async function applied(email = anEmail()) {
    const here = await registered();
    const applicant = anApplicant({ email, device: tablet });
    const issued = await here.applyForRegistration(applicant, password);
    return { ...here, email, issued };
  }

  it('makes the user with the code, logged in and with a proven address', async () => {
    const { issued, proofIn, confirmRegistration, users, email, authenticate, clock } = await applied();
    expect(await users.findByEmail(email)).toBeUndefined();
    const proof = await proofIn(issued, 'registration');
    const { user, auth } = await confirmRegistration(proof);
    expect(user).toMatchObject({ email, version: 1, emailVerifiedAt: clock.now() });
    expect((await authenticate(auth.token)).record.deviceId).toBe(tablet.deviceId);
    await expect(confirmRegistration(proof)).rejects.toThrow(EmailTaken);
  });

  it('tells the owner of a taken address, and nobody else', async () => {
    const here = await registered();
    const free = await here.applyForRegistration(anApplicant(), password);
    await here.kinds();
    const taken = await here.applyForRegistration(anApplicant({ email: here.user.email }), password);
    expect(Object.keys(taken)).toEqual(Object.keys(free));
    expect(await here.kinds()).toEqual([['registration-taken', here.user.email]]);
  });

  it('makes no user twice, and none again after its deletion', async () => {
    const here = await applied();
    const proof = await here.proofIn(here.issued, 'registration');
    const uses = await Promise.allSettled(Array.from({ length: 4 }, () => here.confirmRegistration(proof)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const user = await here.users.findByEmail(here.email);
    if (user) await here.users.remove(user);
    await expect(here.confirmRegistration(proof)).rejects.toThrow(EmailTaken);
  });

  it('refuses a weak password before anything is stored', async () => {
    const here = await registered();
    const weak = here.applyForRegistration(anApplicant(), parsePassword('password'));
    await expect(weak).rejects.toThrow(WeakPassword);
    expect(await here.kinds()).toEqual([]);
  });
});

describe('notices', () => {
  it('tell of a changed password', async () => {
    const { changePassword, caller, kinds, user } = await registered();
    await changePassword(await caller(), { currentPassword: password, newPassword: next, device: phone });
    expect(await kinds()).toEqual([['password-changed', user.email]]);
  });

  it('tell of a new device, where the operators want it', async () => {
    const here = await registered();
    const { logIn } = here.createUseCases({ mail: { ...here.mail, notifyNewDevice: true } });
    const credentials = { email: here.user.email, password };
    await logIn(credentials, phone);
    expect(await here.kinds()).toEqual([]);
    await logIn(credentials, tablet);
    expect(await here.kinds()).toEqual([['new-device', here.user.email]]);
    await here.logIn(password);
    expect(await here.kinds()).toEqual([]);
  });
});

describe('without a relay', () => {
  it('nothing that needs a code works, and everything else does', async () => {
    const here = await registered();
    const off = here.createUseCases({ mail: null, mailer: null });
    const caller = await here.caller();
    const proof = { token: 'chl_00000000000000000000000000000000' as IssuedChallenge['token'], code: wrong };
    for (const attempt of [
      () => off.requestPasswordReset(here.user.email, client),
      () => off.resetPassword(proof, next, client),
      () => off.requestEmailVerification(caller),
      () => off.requestEmailChange(caller, anEmail(), password),
      () => off.confirmEmail(proof, client),
      () => off.undoEmailChange(proof, client),
      () => off.applyForRegistration(anApplicant(), password),
      () => off.confirmRegistration(proof),
    ]) {
      await expect(attempt()).rejects.toThrow(MailNotConfigured);
    }
    await off.changePassword(caller, { currentPassword: password, newPassword: next, device: phone });
    expect(await here.kinds()).toEqual([]);
  });
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

describe('the outbox', () => {
  it('sends each mail once, with the same code when it is sent again', async () => {
    const here = await registered();
    await here.requestPasswordReset(here.user.email, client);
    const outbox = new Hooked(here.outbox);
    outbox.failOnce('before', 'remove', new Error('killed'));
    // The replica dies after the relay has the mail, and before the outbox knows.
    const dying = here.createUseCases({ outbox: outbox.port });
    const [taken] = await dying.takeMails(10);
    await expect(taken && dying.sendMail(taken)).rejects.toThrow('killed');
    await here.deliver();
    expect(here.mailer.mails).toHaveLength(1);
    here.clock.advance(90_000);
    await here.deliver();
    const [first, second] = here.mailer.mails;
    expect(second).toEqual(first);
    await here.deliver();
    expect(here.mailer.mails).toHaveLength(2);
  });

  it('tries again with growing pauses while the relay is down, and records the delivery', async () => {
    const here = await registered();
    await here.requestEmailVerification(await here.caller());
    here.mailer.isDown = true;
    const pauses: number[] = [];
    let waited = 0;
    for (let attempts = 0; attempts < 5;) {
      const [mail] = await here.takeMails(1);
      if (mail) {
        await here.sendMail(mail);
        pauses.push(waited);
        waited = 0;
        attempts += 1;
      } else {
        here.clock.advance(1_000);
        waited += 1;
      }
    }
    expect(pauses).toEqual([0, 15, 30, 60, 120]);
    here.mailer.isDown = false;
    here.clock.advance(240_000);
    await here.deliver();
    expect(here.mailer.mails).toHaveLength(1);
    const [event] = await here.events.ofUser(here.user.id, 1);
    expect(event).toMatchObject({ type: 'mail.sent', actor: 'system', ip: null });
  });

  it.each([
    ['the code has expired', 900_000, 'reset'],
    ['a day is over', DAY, 'notice'],
  ])('gives up when %s, and tells it', async (_, milliseconds, what) => {
    const here = await registered();
    here.mailer.isDown = true;
    if (what === 'reset') await here.requestPasswordReset(here.user.email, client);
    else {
      const change = { currentPassword: password, newPassword: next, device: phone };
      await here.changePassword(await here.caller(), change);
    }
    here.clock.advance(milliseconds);
    await here.deliver();
    expect(await here.outbox.backlog()).toEqual({ mails: 0, oldest: null });
    expect(await here.events.ofUser(here.user.id, 1)).toMatchObject([{ type: 'mail.failed' }]);
    expect(here.logger.lines).toMatchObject([{ level: 'warn', details: { attempts: 1 } }]);
  });

  it('gives a code up whose key is gone', async () => {
    const here = await registered();
    await here.requestPasswordReset(here.user.email, client);
    const secretKey = here.secrets.newSecret();
    const other = here.createUseCases({ mail: { ...here.mail, secretKey } });
    for (const mail of await other.takeMails(1)) await other.sendMail(mail);
    expect(here.mailer.mails).toEqual([]);
    expect(await here.events.ofUser(here.user.id, 1)).toMatchObject([{ type: 'mail.failed' }]);
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
