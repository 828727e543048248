import { EmailTaken, parsePassword, WeakPassword } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { anEmail } from '../fakes/samples.ts';
import { registered } from './mailbox-world.ts';
import { anApplicant, password, tablet } from './world.ts';

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
