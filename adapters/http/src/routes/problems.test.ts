import {
  AlreadyVerified,
  CodeInvalid,
  DependencyUnavailable,
  type DomainError,
  EmailTaken,
  type ErrorCode,
  Forbidden,
  InvalidCredentials,
  MailNotConfigured,
  Overloaded,
  type PasswordHasher,
  PreconditionFailed,
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
import { describe, expect, it } from 'vitest';
import type { Route } from '../api/route.ts';
import { problemsOf } from '../api/route-problems.ts';
import { routes } from '../testing/api.ts';
import { call, type Reply } from '../testing/client.ts';
import { ADA, type Person, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const ERRORS: { readonly [Code in ErrorCode]: DomainError & { readonly code: Code } } = {
  'invalid-credentials': new InvalidCredentials(),
  unauthenticated: new Unauthenticated(),
  'refresh-token-reused': new RefreshTokenReused(),
  'wrong-password': new WrongPassword(),
  'not-found': new SessionNotFound(),
  forbidden: new Forbidden(),
  'user-not-found': new UserNotFound(),
  'email-taken': new EmailTaken(),
  'code-invalid': new CodeInvalid(),
  'already-verified': new AlreadyVerified(),
  'mail-not-configured': new MailNotConfigured(),
  'precondition-failed': new PreconditionFailed(),
  'validation-failed': new ValidationFailed('is wrong'),
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
  readonly tokens: Faults<TokenStore>;
  readonly hasher: Faults<PasswordHasher>;
} = {
  users: {
    findById: ['dependency-unavailable'],
    findByEmail: ['dependency-unavailable'],
    add: ['email-taken', 'dependency-unavailable'],
    update: ['user-not-found', 'dependency-unavailable'],
    remove: ['dependency-unavailable'],
    beingDeleted: ['dependency-unavailable'],
    mostRecentlyActive: ['dependency-unavailable'],
  },
  sessions: {
    add: ['dependency-unavailable'],
    find: ['dependency-unavailable'],
    update: ['dependency-unavailable'],
    alive: ['dependency-unavailable'],
    removeOf: ['dependency-unavailable'],
    prune: ['dependency-unavailable'],
  },
  tokens: {
    save: ['dependency-unavailable'],
    find: ['dependency-unavailable'],
    revoke: ['dependency-unavailable'],
  },
  hasher: { hash: ['overloaded'], verify: ['overloaded'] },
};

const faults = Object.entries(FAULTS).flatMap(([port, methods]) =>
  Object.entries(methods).flatMap(([method, codes]) => codes.map((code) => ({ port, method, code }))),
);

const BOB = { ...ADA, email: 'bob@example.com' };

/** A request that succeeds, made of what the route says of itself. */
const send = (service: Service, { method, path, body, operationId }: Route, bob: Person): Promise<Reply> => {
  const example = body && (body.schema.meta()?.['examples'] as readonly object[])[0];
  const target = path.replace('{user_id}', bob.userId).replace('{session_id}', bob.sessionId);
  const json = bodies(bob)[operationId] ?? example;
  return call(service, method, target, { token: bob.token, json });
};

/** Where the example of the description is not Bob's. */
function bodies(bob: Person): Readonly<Record<string, object>> {
  const { password } = BOB;
  const change = { current_password: password, new_password: 'battery staple' };
  return {
    logIn: { email: BOB.email, password, device_id: BOB.device_id },
    refreshSession: { refresh_token: bob.refreshToken },
    changeMyPassword: change,
    changePassword: change,
    deleteMe: { password },
    deleteUser: { password },
  };
}

const replaceMethod = (target: object, name: string, error: Error) =>
  Object.defineProperty(target, name, { value: () => Promise.reject(error) });

describe.each(routes)('$operationId', (route) => {
  it('succeeds where nothing is thrown', async () => {
    const service = await startService();
    const { status } = await send(service, route, await register(service, BOB));
    expect(status).toBeLessThan(300);
  });

  it('answers what a port may throw with a problem that it declares', async () => {
    for (const { port, method, code } of faults) {
      const service = await startService();
      const bob = await register(service, BOB);
      replaceMethod(service[port as keyof typeof FAULTS], method, ERRORS[code]);
      const reply = await send(service, route, bob);
      expect(reply.status, `${port}.${method} throws ${code}`).not.toBe(500);
    }
  });

  it.each(Object.values(ERRORS))('lets no $code out that it does not declare', async (error) => {
    const service = await startService();
    const bob = await register(service, BOB);
    for (const name of Object.keys(service.useCases)) {
      if (name !== 'authenticate') replaceMethod(service.useCases, name, error);
    }
    const { status, body } = await send(service, route, bob);
    if (status < 400) return;
    expect(problemsOf(route)).toContain(body['code']);
    expect(body['code']).toBe(problemsOf(route).includes(error.code) ? error.code : 'internal-error');
  });
});
