import { type AuthToken, parseAuthToken, Unauthenticated } from '@user-management/domain';
import { NoCredentials } from '../answer/problems.ts';

/** @param rawHeaders names and values alternately, in the order of arrival. @throws {Unauthenticated} */
export const readToken = (rawHeaders: readonly string[]): AuthToken =>
  parseAuthToken(bearerToken(authorization(rawHeaders)));

/** What may be the token of a service, in the same header. @throws {Unauthenticated} */
export const readServiceToken = (rawHeaders: readonly string[]): string =>
  bearerToken(authorization(rawHeaders));

/**
 * Node's parsed headers keep the first of two Authorization headers and silently drop the second. A proxy may
 * keep the last one and see another user, so two headers are refused.
 */
function authorization(rawHeaders: readonly string[]): string {
  let found: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue;
    if (found !== undefined) throw new Unauthenticated('Send one Authorization header, not several.');
    found = rawHeaders[i + 1];
  }
  if (found === undefined) throw new NoCredentials();
  return found;
}

const SCHEME = 'bearer ';

function bearerToken(header: string): string {
  if (header.slice(0, SCHEME.length).toLowerCase() !== SCHEME) throw new NoCredentials();
  let start = SCHEME.length;
  while (header[start] === ' ') start += 1;
  return header.slice(start);
}
