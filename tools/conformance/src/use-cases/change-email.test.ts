import {
  AlreadyVerified,
  CodeInvalid,
  EmailTaken,
  parseCode,
  Unauthenticated,
  WrongPassword,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { anEmail } from '../fakes/samples.ts';
import { DAY, next, registered, type Registered, wrong } from './mailbox-world.ts';
import { anApplicant, client, password, phone } from './world.ts';

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
