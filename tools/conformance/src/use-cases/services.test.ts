import {
  InsufficientScope,
  parseServiceName,
  parseTimestamp,
  type Scope,
  type ServiceEntry,
  serviceTokenOf,
  Unauthenticated,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { sampleSecrets } from '../fakes/secrets.ts';
import { anApplicant, client, password, phone, world } from './world.ts';

const billing = parseServiceName('billing');

/** The token of a service that operators let in. */
function letIn({ serviceTokens }: ReturnType<typeof world>, members: Partial<ServiceEntry> = {}) {
  const token = serviceTokenOf(sampleSecrets.newSecret());
  const digest = sampleSecrets.digest(token);
  const entry = { name: billing, digest, scopes: ['introspect'] as Scope[], notAfter: null, ...members };
  serviceTokens.replace([...serviceTokens.entries(), entry]);
  return token;
}

describe('authenticateService', () => {
  it('knows the service of each of its tokens', () => {
    const here = world();
    const scopes: Scope[] = ['users:read', 'audit:read'];
    const tokens = [letIn(here, { scopes }), letIn(here, { scopes })];
    for (const token of tokens) {
      expect(here.authenticateService(token, 'audit:read')).toEqual({ service: billing, scopes });
    }
  });

  it('refuses what the entry does not allow, and a token without an entry', () => {
    const here = world();
    const token = letIn(here);
    expect(() => here.authenticateService(token, 'users:read')).toThrow(InsufficientScope);
    expect(() => here.authenticateService(serviceTokenOf(sampleSecrets.newSecret()), 'introspect')).toThrow(
      Unauthenticated,
    );
    here.serviceTokens.replace([]);
    expect(() => here.authenticateService(token, 'introspect')).toThrow(Unauthenticated);
  });

  it('refuses a text that is no token, also where the list has its digest', () => {
    const here = world();
    const digest = sampleSecrets.digest('svc_short');
    here.serviceTokens.replace([{ name: billing, digest, scopes: ['introspect'], notAfter: null }]);
    for (let times = 0; times < 2; times++) {
      expect(() => here.authenticateService('svc_short', 'introspect')).toThrow(Unauthenticated);
    }
  });

  it('refuses a token from the end of its time on', () => {
    const here = world();
    const token = letIn(here, { notAfter: parseTimestamp(here.clock.now() + 1000) });
    here.clock.advance(999);
    expect(here.authenticateService(token, 'introspect').service).toBe(billing);
    here.clock.advance(1);
    expect(() => here.authenticateService(token, 'introspect')).toThrow(Unauthenticated);
  });
});

describe('introspect', () => {
  it('finds what a request with the token would find', async () => {
    const here = world();
    const { auth } = await here.registerUser(anApplicant(), password);
    expect(await here.introspect(auth.token, client)).toEqual(await here.authenticate(auth.token));
    expect(await here.introspect(auth.refresh?.token ?? '', client)).toBeUndefined();
    await here.logOut(await here.authenticate(auth.token));
    expect(await here.introspect(auth.token, client)).toBeUndefined();
  });
});

describe('revokeToken', () => {
  const caller = { service: billing, scopes: [] };

  it.each(['token', 'refresh token'])('ends the session of a %s once, and no other', async (kind) => {
    const here = world();
    const applicant = anApplicant();
    const { auth } = await here.registerUser(applicant, password);
    const other = await here.logIn({ email: applicant.email, password }, phone);
    const text = kind === 'token' ? auth.token : (auth.refresh?.token ?? '');
    await here.revokeToken(text, caller, client);
    await here.revokeToken(text, caller, client);
    await expect(here.authenticate(auth.token)).rejects.toThrow(Unauthenticated);
    const { events } = await here.readActivity(await here.authenticate(other.auth.token), { limit: 50 });
    const ends = events.filter(({ type }) => type === 'session.ended');
    expect(ends).toMatchObject([{ actor: 'service:billing', sessionId: auth.sessionId, ip: client.ip }]);
  });
});
