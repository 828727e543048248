import {
  AlreadyVerified,
  CodeInvalid,
  EmailTaken,
  parseCode,
  type ProofOfAddress,
  SYSTEM,
  Unauthenticated,
  WrongPassword,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Hooked } from '../fakes/hooked.ts';
import { anEmail } from '../fakes/samples.ts';
import { DAY, next, registered, type Registered } from './mailbox-world.ts';
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

  /** What the owner of the old mailbox gets. */
  const undoIn = async (here: Registered): Promise<ProofOfAddress> => {
    await here.deliver();
    const { code, ...mail } = here.mailer.last('email-changed');
    const { challenge: token } = mail as unknown as { challenge: ProofOfAddress['token'] };
    return { token, code: parseCode(code) };
  };

  /** Changes the email, as a thief does who knows the password. */
  const steal = async (here: Registered) => {
    const { email, proof } = await change(here);
    await here.confirmEmail(proof, client);
    here.clock.advance(1);
    return { email, proof, undo: await undoIn(here) };
  };

  const emailOf = async ({ users, user }: Registered) => (await users.findById(user.id))?.email;

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
    const { undo } = await steal(here);
    here.clock.advance(6 * DAY);
    await here.undoEmailChange(undo, client);
    expect((await here.users.findById(here.user.id))?.email).toBe(here.user.email);
    await expect(here.authenticate(here.auth.token)).rejects.toThrow(Unauthenticated);
    await expect(here.undoEmailChange(undo, client)).rejects.toThrow(CodeInvalid);
  });

  it('cannot be made permanent by a second change', async () => {
    const here = await registered();
    const [first, second] = [await steal(here), await steal(here)];
    await here.undoEmailChange(first.undo, client);
    await expect(here.undoEmailChange(second.undo, client)).rejects.toThrow(CodeInvalid);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('stays taken back when the undo of a later change races', async () => {
    for (let n = 0; n < 10; n++) {
      const here = await registered();
      const [first, second] = [await steal(here), await steal(here)];
      const undos = n % 2 ? [first.undo, second.undo] : [second.undo, first.undo];
      await Promise.allSettled(undos.map((undo) => here.undoEmailChange(undo, client)));
      expect(await emailOf(here)).toBe(here.user.email);
      await expect(here.undoEmailChange(second.undo, client)).rejects.toThrow(CodeInvalid);
    }
  });

  it('stays taken back while the undo of a later change is being written', async () => {
    const here = await registered();
    const [first, second] = [await steal(here), await steal(here)];
    const users = new Hooked(here.users);
    const gate = users.stopOnce('before', 'update');
    const undone = here.createUseCases({ users: users.port }).undoEmailChange(second.undo, client);
    await gate.holds(undone);
    await here.undoEmailChange(first.undo, client);
    gate.open();
    await expect(undone).rejects.toThrow(CodeInvalid);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('can be taken back by the owner of an earlier mailbox after a later change was', async () => {
    const here = await registered();
    const first = await steal(here);
    const second = await steal(here);
    await here.undoEmailChange(second.undo, client);
    expect(await emailOf(here)).toBe(first.email);
    await here.undoEmailChange(first.undo, client);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('works once, also when it was taken back since', async () => {
    const here = await registered();
    const { proof, undo } = await steal(here);
    await here.undoEmailChange(undo, client);
    await expect(here.confirmEmail(proof, client)).rejects.toThrow(CodeInvalid);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('works once, also when it is taken back while a repeat is checked', async () => {
    const here = await registered();
    const { proof, undo } = await steal(here);
    const challenges = new Hooked(here.challenges);
    const gate = challenges.stopOnce('after', 'update');
    const repeated = here.createUseCases({ challenges: challenges.port }).confirmEmail(proof, client);
    await gate.holds(repeated);
    await here.undoEmailChange(undo, client);
    gate.open();
    await expect(repeated).rejects.toThrow(CodeInvalid);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('can be taken back also when a thief confirms it several times at once', async () => {
    const here = await registered();
    const { proof } = await change(here);
    await Promise.all(Array.from({ length: 4 }, () => here.confirmEmail(proof, client)));
    await here.undoEmailChange(await undoIn(here), client);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('can be taken back also when a confirmation that was slower comes to nothing', async () => {
    const here = await registered();
    const { proof } = await change(here);
    const users = new Hooked(here.users);
    const slow = Promise.withResolvers<undefined>();
    const late: Promise<void>[] = [];
    // The slower one has issued its code when the faster one is about to write.
    users.once('before', 'update', async () => {
      const issued = Promise.withResolvers<undefined>();
      users.once('before', 'update', () => {
        issued.resolve(undefined);
        return slow.promise;
      });
      late.push(confirmEmail(proof, client));
      await issued.promise;
    });
    const { confirmEmail } = here.createUseCases({ users: users.port });
    await confirmEmail(proof, client);
    slow.resolve(undefined);
    await Promise.all(late);
    const undos = (await here.challenges.ofUser(here.user.id)).filter((one) => one.purpose === 'email-undo');
    expect(undos).toHaveLength(1);
    await here.undoEmailChange(await undoIn(here), client);
    expect(await emailOf(here)).toBe(here.user.email);
  });

  it('leaves no code to take it back when the address is taken at the last moment', async () => {
    const here = await registered();
    const { email, proof } = await change(here);
    const users = new Hooked(here.users);
    users.once('before', 'update', async () => {
      await here.registerUser(anApplicant({ email }), password);
    });
    const { confirmEmail } = here.createUseCases({ users: users.port });
    await expect(confirmEmail(proof, client)).rejects.toThrow(EmailTaken);
    const purposes = (await here.challenges.ofUser(here.user.id)).map(({ purpose }) => purpose);
    expect(purposes).toEqual(['email-change']);
  });

  it('leaves no code that undoes the decision of an operator', async () => {
    const here = await registered();
    const { user: other } = await here.registerUser(anApplicant(), password);
    const first = await steal(here);
    const second = await steal(here);
    await expect(here.updateUser(here.user.id, { email: other.email }, SYSTEM)).rejects.toThrow(EmailTaken);
    expect(await here.challenges.ofUser(here.user.id)).toHaveLength(3);
    await here.updateUser(here.user.id, { email: first.email }, SYSTEM);
    for (const undo of [first.undo, second.undo]) {
      await expect(here.undoEmailChange(undo, client)).rejects.toThrow(CodeInvalid);
    }
    await expect(here.confirmEmail(second.proof, client)).rejects.toThrow(CodeInvalid);
    expect(await emailOf(here)).toBe(first.email);
  });

  it('cannot be taken back when another user has the old address by now', async () => {
    const here = await registered();
    const { proof } = await change(here);
    await here.confirmEmail(proof, client);
    await here.registerUser(anApplicant({ email: here.user.email }), password);
    const undo = await undoIn(here);
    await expect(here.undoEmailChange(undo, client)).rejects.toThrow(EmailTaken);
  });

  it('can still be taken back in part when another user has the first address by now', async () => {
    const here = await registered();
    const [first, second] = [await steal(here), await steal(here)];
    await here.registerUser(anApplicant({ email: here.user.email }), password);
    await expect(here.undoEmailChange(first.undo, client)).rejects.toThrow(EmailTaken);
    await here.undoEmailChange(second.undo, client);
    expect(await emailOf(here)).toBe(first.email);
  });
});
