import type {
  Identifiers,
  PasswordHasher,
  TokenStore,
  UseCases,
  UserCache,
  UserRepository,
} from '@user-management/domain';
import type { InjectionToken } from 'tsyringe';

/** A name under which the container holds a `T`; resolving it gives a `T` without a cast. */
export type Token<T> = InjectionToken<T>;

const token = <T>(name: string): Token<T> => Symbol(name);

export const IDENTIFIERS = token<Identifiers>('Identifiers');
export const HASHER = token<PasswordHasher>('PasswordHasher');
export const TOKENS = token<TokenStore>('TokenStore');
export const USER_CACHE = token<UserCache>('UserCache');
/** Users read and written through the cache. */
export const USERS = token<UserRepository>('UserRepository');
export const USE_CASES = token<UseCases>('UseCases');
