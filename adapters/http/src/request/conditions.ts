import type { IncomingHttpHeaders } from 'node:http';
import { type Precondition, PreconditionFailed } from '@user-management/domain';
import type { Answer } from '../answer/answer.ts';
import { entityTag } from '../answer/etag.ts';

/**
 * The conditions for entity tags of RFC 9110, 13. There are no dates, because answers have no Last-Modified.
 */
export const CONDITIONS = ['If-Match', 'If-None-Match'] as const;

/** The conditions of a change. The use case checks them atomically with the change. */
export function precondition(headers: IncomingHttpHeaders): Precondition | undefined {
  if (!isConditional(headers)) return undefined;
  return (version) => evaluate(headers, entityTag(version)) === 'hold';
}

/** The answer to a read, or 304 if the client already has this version. @throws {PreconditionFailed} */
export function ifConditionsHold(headers: IncomingHttpHeaders, answer: Answer): Answer {
  if (answer.status !== 200 || !isConditional(headers)) return answer;
  const { ETag } = answer.headers;
  const outcome = evaluate(headers, ETag);
  if (outcome === 'failed') throw new PreconditionFailed();
  return outcome === 'held' ? { status: 304, headers: ETag === undefined ? {} : { ETag } } : answer;
}

const isConditional = (headers: IncomingHttpHeaders): boolean =>
  headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;

/**
 * Evaluates in the order of RFC 9110, 13.2.2. `held`: the client has this version. `unclear`: If-None-Match
 * is not a list of tags. A read may ignore that, but a change must not.
 */
function evaluate(
  headers: IncomingHttpHeaders,
  tag: string | undefined,
): 'hold' | 'failed' | 'held' | 'unclear' {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && !includes(parseTags(match), tag)) return 'failed';
  if (noneMatch === undefined) return 'hold';
  const tags = parseTags(noneMatch);
  if (tags === undefined) return 'unclear';
  // Weak comparison: the client only asks whether its copy is usable.
  return includes(tags === ANY ? ANY : tags.map(strong), tag) ? 'held' : 'hold';
}

const ANY = '*';
type Tags = typeof ANY | readonly string[];

/** Strong comparison: all our tags are strong, so a weak one equals none of them. */
const includes = (tags: Tags | undefined, tag: string | undefined): boolean =>
  tags === ANY || (tag !== undefined && tags?.includes(tag) === true);

const strong = (tag: string): string => tag.replace(/^W\//, '');

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const EACH_TAG = new RegExp(TAG, 'g');
const LIST = new RegExp(String.raw`^[\t ,]*(?:${TAG}[\t ]*(?:,[\t ,]*|$))+$`);

/** `undefined` if the header is not a list of tags. */
function parseTags(header: string): Tags | undefined {
  if (header === ANY) return ANY;
  return LIST.test(header) ? (header.match(EACH_TAG) ?? undefined) : undefined;
}
