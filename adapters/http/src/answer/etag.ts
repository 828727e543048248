import type { Precondition } from '@user-management/domain';
import type { Answer } from './answer.ts';

/** A strong validator: one version of a user has one representation, byte for byte. */
export const entityTag = (version: number): string => `"${version}"`;

/** RFC 9110, 13.1.2: weak comparison, since the client only wants to know whether its copy will do. */
const noneMatch = (header: string, tag: string): boolean =>
  !listed(header, (element) => element === '*' || element === tag || element === `W/${tag}`);

/**
 * RFC 9110, 13.1.1: strong comparison, and `*` for any version. A header that is not a list of tags lists
 * none that matches: better a 412 than a write under a condition that we did not understand.
 */
export const ifMatch = (header: string | undefined): Precondition | undefined =>
  header === undefined
    ? undefined
    : (version) => listed(header, (element) => element === '*' || element === entityTag(version));

/** The answer, or 304 in its place where the client holds it already. */
export function unlessHeld(header: string | undefined, answer: Answer): Answer {
  const tag = answer.headers['ETag'];
  if (header === undefined || tag === undefined || noneMatch(header, tag)) return answer;
  return { status: 304, headers: { ETag: tag } };
}

// A tag may contain a comma, but ours do not, and no piece of one that does looks like a whole tag: its
// quotes are torn apart.
const listed = (header: string, matches: (element: string) => boolean): boolean =>
  header.split(',').some((element) => matches(element.trim()));
