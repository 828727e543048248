import type {
  Authenticate,
  Clock,
  Identifiers,
  IssueToken,
  LogIn,
  LogOut,
  MergePreferences,
  PasswordHasher,
  ReadUser,
  RegisterUser,
  ReplacePreferences,
  TokenStore,
  UserCache,
  UserRepository,
} from '@user-management/domain';
import type { InjectionToken } from 'tsyringe';

/** A name under which the container holds a `T`; resolving it gives a `T` without a cast. */
export type Token<T> = InjectionToken<T>;

const token = <T>(name: string): Token<T> => Symbol(name);

export const CLOCK = token<Clock>('Clock');
export const IDENTIFIERS = token<Identifiers>('Identifiers');
export const HASHER = token<PasswordHasher>('PasswordHasher');
export const TOKENS = token<TokenStore>('TokenStore');
export const USER_CACHE = token<UserCache>('UserCache');
/** Users as everybody uses them: through the cache. */
export const USERS = token<UserRepository>('UserRepository');

export const ISSUE_TOKEN = token<IssueToken>('issueToken');
export const REGISTER_USER = token<RegisterUser>('registerUser');
export const LOG_IN = token<LogIn>('logIn');
export const LOG_OUT = token<LogOut>('logOut');
export const AUTHENTICATE = token<Authenticate>('authenticate');
export const READ_USER = token<ReadUser>('readUser');
export const REPLACE_PREFERENCES = token<ReplacePreferences>('replacePreferences');
export const MERGE_PREFERENCES = token<MergePreferences>('mergePreferences');
