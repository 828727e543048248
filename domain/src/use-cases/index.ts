import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { authenticate } from './authenticate.ts';
import { issueToken } from './issue-token.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { readUser } from './read-user.ts';
import { registerUser } from './register-user.ts';
import { mergePreferences, replacePreferences } from './update-preferences.ts';
import { warmCache } from './warm-cache.ts';

/** What the use cases depend on. Each use case takes the ports that it needs. */
export interface Ports {
  readonly users: UserRepository;
  readonly tokens: TokenStore;
  readonly hasher: PasswordHasher;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
  /** Lifetime of a new token in seconds. */
  readonly tokenTtl: number;
}

export type UseCases = ReturnType<typeof createUseCases>;

/** Wires all use cases over their ports. */
export function createUseCases(ports: Ports) {
  const issuing = { ...ports, issueToken: issueToken(ports) };
  return {
    registerUser: registerUser(issuing),
    logIn: logIn(issuing),
    logOut: logOut(ports),
    authenticate: authenticate(ports),
    readUser: readUser(ports),
    replacePreferences: replacePreferences(ports),
    mergePreferences: mergePreferences(ports),
    warmCache: warmCache(ports),
  };
}
