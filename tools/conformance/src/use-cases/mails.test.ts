import { type IssuedChallenge, MailNotConfigured } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Hooked } from '../fakes/hooked.ts';
import { anEmail } from '../fakes/samples.ts';
import { DAY, next, registered, wrong } from './mailbox-world.ts';
import { anApplicant, client, password, phone, refreshTokenIn, tablet } from './world.ts';

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

  it('do not tell of a device whose session meanwhile ends the others and is refreshed', async () => {
    const here = await registered();
    const caller = await here.caller();
    const sessions = new Hooked(here.sessions);
    sessions.once('before', 'alive', async () => {
      await here.logOutEverywhere(caller, 'this');
      await here.refreshSession(refreshTokenIn(here.auth));
    });
    const mail = { ...here.mail, notifyNewDevice: true };
    const { logIn } = here.createUseCases({ sessions: sessions.port, mail });
    await logIn({ email: here.user.email, password }, phone);
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
