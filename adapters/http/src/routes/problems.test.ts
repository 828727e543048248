import {
  AlreadyVerified,
  type ChallengeRepository,
  CodeInvalid,
  DependencyUnavailable,
  type DomainError,
  EmailTaken,
  type ErrorCode,
  type EventLog,
  Forbidden,
  InsufficientScope,
  InvalidCredentials,
  type KnownDevices,
  MailNotConfigured,
  Overloaded,
  parseEmail,
  parsePassword,
  type PasswordHasher,
  PreconditionFailed,
  RateLimited,
  type RateLimiter,
  RefreshTokenReused,
  SessionNotFound,
  type SessionRepository,
  type TokenStore,
  Unauthenticated,
  type UserRepository,
  UserNotFound,
  ValidationFailed,
  WrongPassword,
} from '@user-management/domain';
import { aDevice } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import type { Route } from '../api/route.ts';
import { problemsOf } from '../api/route-problems.ts';
import { routes } from '../testing/api.ts';
import { call, type Reply } from '../testing/client.ts';
import { deliver, proofFor } from '../testing/mailbox.ts';
import { ADA, type Person, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const ERRORS: { readonly [Code in ErrorCode]: DomainError & { readonly code: Code } } = {
  'invalid-credentials': new InvalidCredentials(),
  unauthenticated: new Unauthenticated(),
  'refresh-token-reused': new RefreshTokenReused(),
  'wrong-password': new WrongPassword(),
  'not-found': new SessionNotFound(),
  forbidden: new Forbidden(),
  'insufficient-scope': new InsufficientScope('introspect'),
  'user-not-found': new UserNotFound(),
  'email-taken': new EmailTaken(),
  'code-invalid': new CodeInvalid(),
  'already-verified': new AlreadyVerified(),
  'mail-not-configured': new MailNotConfigured(),
  'precondition-failed': new PreconditionFailed(),
  'validation-failed': new ValidationFailed('is wrong'),
  'rate-limited': new RateLimited(1),
  overloaded: new Overloaded(1),
  'dependency-unavailable': new DependencyUnavailable('user store'),
};

type Faults<Port> = {
  readonly [Method in keyof Port as Port[Method] extends Asynchronous ? Method : never]: Codes;
};
type Asynchronous = (...parameters: never[]) => Promise<unknown>;
type Codes = readonly ErrorCode[];

/** What each port may throw by its contract. A new method of a port does not compile without an entry. */
const FAULTS: {
  readonly users: Faults<UserRepository>;
  readonly sessions: Faults<SessionRepository>;
  readonly events: Faults<EventLog>;
  readonly challenges: Faults<ChallengeRepository>;
  readonly knownDevices: Faults<KnownDevices>;
  readonly limiter: Faults<RateLimiter>;
  readonly tokens: Faults<TokenStore>;
  readonly hasher: Faults<PasswordHasher>;
} = {
  users: {
    findById: ['dependency-unavailable'],
    findByEmail: ['dependency-unavailable'],
    idsByEmail: ['dependency-unavailable'],
    add: ['email-taken', 'dependency-unavailable'],
    addAll: ['dependency-unavailable'],
    update: ['user-not-found', 'dependency-unavailable'],
    remove: ['dependency-unavailable'],
    list: ['dependency-unavailable'],
    beingDeleted: ['dependency-unavailable'],
    mostRecentlyActive: ['dependency-unavailable'],
  },
  sessions: {
    add: ['dependency-unavailable'],
    find: ['dependency-unavailable'],
    has: ['dependency-unavailable'],
    update: ['dependency-unavailable'],
    alive: ['dependency-unavailable'],
    removeOf: ['dependency-unavailable'],
    prune: ['dependency-unavailable'],
  },
  events: {
    append: ['dependency-unavailable'],
    ofUser: ['dependency-unavailable'],
    list: ['dependency-unavailable'],
    forget: ['dependency-unavailable'],
    prune: ['dependency-unavailable'],
  },
  challenges: {
    issue: ['dependency-unavailable'],
    find: ['dependency-unavailable'],
    ofUser: ['dependency-unavailable'],
    update: ['dependency-unavailable'],
    remove: ['dependency-unavailable'],
    removeOf: ['dependency-unavailable'],
    prune: ['dependency-unavailable'],
  },
  knownDevices: {
    find: ['dependency-unavailable'],
    remember: ['dependency-unavailable'],
    forget: ['dependency-unavailable'],
  },
  limiter: {
    use: ['dependency-unavailable'],
    try: ['dependency-unavailable'],
    forget: ['dependency-unavailable'],
  },
  tokens: {
    save: ['dependency-unavailable'],
    find: ['dependency-unavailable'],
    expire: ['dependency-unavailable'],
    revoke: ['dependency-unavailable'],
  },
  hasher: { hash: ['overloaded'], verify: ['overloaded'], adopt: ['overloaded'] },
};

const faults = Object.entries(FAULTS).flatMap(([port, methods]) =>
  Object.entries(methods).flatMap(([method, codes]) => codes.map((code) => ({ port, method, code }))),
);

const BOB = { ...ADA, email: 'bob@example.com' };

/** Prepares a request that succeeds, made of what the route says of itself. */
async function prepare(
  service: Service,
  { method, path, body, operationId }: Route,
  bob: Person,
): Promise<() => Promise<Reply>> {
  const example = body && (body.schema.meta()?.['examples'] as readonly object[])[0];
  const target = path.replace('{user_id}', bob.userId).replace('{session_id}', bob.sessionId);
  const json = (await BODIES[operationId]?.(service, bob)) ?? example;
  return () => call(service, method, target, { token: bob.token, json });
}

const { email, password, device_id } = BOB;
const NEXT = 'a longer horse battery';

type Body = (service: Service, bob: Person) => Promise<object> | object;

const changePassword: Body = () => ({ current_password: password, new_password: NEXT });
const changeEmail: Body = () => ({ email: 'bob@example.org', password });

/** Where the example of the description is not Bob's. */
const BODIES: Readonly<Record<string, Body>> = {
  logIn: () => ({ email, password, device_id }),
  refreshSession: (_, bob) => ({ refresh_token: bob.refreshToken }),
  changeMyPassword: changePassword,
  changePassword,
  deleteMe: () => ({ password }),
  deleteUser: () => ({ password }),
  requestMyEmailChange: changeEmail,
  requestEmailChange: changeEmail,
  async resetPassword(service) {
    const asked = await call(service, 'POST', '/v1/auth/password-reset', { json: { email } });
    return { ...(await proofFor(service, asked, 'password-reset')), new_password: NEXT };
  },
  async confirmEmail(service, bob) {
    const asked = await call(service, 'POST', '/v1/users/me/email', {
      ...bob,
      json: { email: 'bob@example.org', password },
    });
    return proofFor(service, asked, 'email-change');
  },
  async undoEmailChange(service, bob) {
    const proof = await BODIES['confirmEmail']?.(service, bob);
    await call(service, 'POST', '/v1/auth/email/confirm', { json: proof ?? {} });
    await deliver(service);
    const mail = service.mailer.last('email-changed');
    return { code: mail.code, challenge: 'challenge' in mail && mail.challenge };
  },
  async confirmRegistration(service) {
    const { token: challenge } = await service.useCases.applyForRegistration(
      {
        email: parseEmail('carol@example.com'),
        device: aDevice(),
        name: null,
        phone: null,
        preferences: {},
      },
      parsePassword(password),
    );
    await deliver(service);
    return { challenge, code: service.mailer.last('registration').code };
  },
};

const replaceMethod = (target: object, name: string, error: Error) =>
  Object.defineProperty(target, name, { value: () => Promise.reject(error) });

describe.each(routes)('$operationId', (route) => {
  it('succeeds where nothing is thrown', async () => {
    const service = await startService();
    const send = await prepare(service, route, await register(service, BOB));
    const { status } = await send();
    expect(status).toBeLessThan(300);
  });

  it('answers what a port may throw with a problem that it declares', async () => {
    for (const { port, method, code } of faults) {
      const service = await startService();
      const send = await prepare(service, route, await register(service, BOB));
      replaceMethod(service[port as keyof typeof FAULTS], method, ERRORS[code]);
      const reply = await send();
      expect(reply.status, `${port}.${method} throws ${code}`).not.toBe(500);
    }
  });

  it.each(Object.values(ERRORS))('lets no $code out that it does not declare', async (error) => {
    const service = await startService();
    const send = await prepare(service, route, await register(service, BOB));
    for (const name of Object.keys(service.useCases)) {
      if (name !== 'authenticate') replaceMethod(service.useCases, name, error);
    }
    const { status, body } = await send();
    if (status < 400) return;
    expect(problemsOf(route)).toContain(body['code']);
    expect(body['code']).toBe(problemsOf(route).includes(error.code) ? error.code : 'internal-error');
  });
});
