import type {
  BreachedPasswords,
  CommonPasswords,
  Identifiers,
  KnownDevices,
  NearCallers,
  PasswordHasher,
  RateLimiter,
  Secrets,
  TokenStore,
  UseCases,
  UserCache,
  UserRepository,
} from '@user-management/domain';
import type { InjectionToken } from 'tsyringe';

/** A key of the container that resolves to a `T` without a cast. */
export type Token<T> = InjectionToken<T>;

const token = <T>(name: string): Token<T> => Symbol(name);

export const IDENTIFIERS = token<Identifiers>('Identifiers');
export const SECRETS = token<Secrets>('Secrets');
export const COMMON_PASSWORDS = token<CommonPasswords>('CommonPasswords');
export const BREACHED_PASSWORDS = token<BreachedPasswords>('BreachedPasswords');
export const HASHER = token<PasswordHasher>('PasswordHasher');
export const KNOWN_DEVICES = token<KnownDevices>('KnownDevices');
export const LIMITER = token<RateLimiter>('RateLimiter');
export const TOKENS = token<TokenStore>('TokenStore');
export const USER_CACHE = token<UserCache>('UserCache');
export const NEAR_CALLERS = token<NearCallers>('NearCallers');
/** The users, read through the cache. */
export const USERS = token<UserRepository>('UserRepository');
export const USE_CASES = token<UseCases>('UseCases');
