import { type Password, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from './password.ts';
import { codePoints, fold } from './text.ts';
import type { User } from './user.ts';

/** Whom a new password is for. */
export type PasswordOwner = Pick<User, 'email' | 'name'>;

export interface PasswordPolicy {
  /** In characters, at least 8. */
  readonly minLength: number;
}

/** The policy of a service that sets none. */
export const DEFAULT_PASSWORD_POLICY: PasswordPolicy = { minLength: PASSWORD_MIN_LENGTH };

/**
 * What is wrong with a new password: a message for each broken rule. The rules compare the whole password and
 * look for no words in it (NIST SP 800-63B-4, 3.1.1.2). They are for new passwords only: a user with an older
 * one can still log in.
 * @param isCommon whether a password is among the most common ones; it gets the folded text.
 */
export function weaknesses(
  password: Password,
  owner: PasswordOwner,
  { minLength }: PasswordPolicy,
  isCommon: (folded: string) => boolean,
): readonly string[] {
  const text = password.reveal();
  const folded = fold(text);
  const compared = withoutSeparators(folded);
  const isOneOf = (texts: readonly string[]) => texts.map(fold).map(withoutSeparators).includes(compared);
  const rules: readonly (readonly [broken: boolean, message: string])[] = [
    [codePoints(text) < minLength, `must have ${minLength} to ${PASSWORD_MAX_LENGTH} characters`],
    [isCommon(folded), 'must not be one of the most common passwords'],
    [isOneOf(partsOfEmail(owner)), 'must not be the email address or its part before the @'],
    [isOneOf(partsOfName(owner)), 'must not be the name of the user or a part of it'],
    [isRuns(folded), 'must not consist of repeated or consecutive characters, such as aaaa or 1234'],
  ];
  return rules.flatMap(([broken, message]) => (broken ? [message] : []));
}

/** Spaces, dashes, underscores and dots are how people write one name in several ways. */
const withoutSeparators = (text: string): string => text.replace(/[\s\p{Pd}\p{Pc}.]/gu, '');

const partsOfEmail = ({ email }: PasswordOwner): readonly string[] => [
  email,
  email.slice(0, email.lastIndexOf('@')),
];

const partsOfName = ({ name }: PasswordOwner): readonly string[] =>
  name === null ? [] : [name, ...name.split(/\s+/u)];

/** Whether each character belongs to a run of equal, ascending or descending characters: aaaa, 1234cba. */
function isRuns(text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const step = (at: number): number => (points[at + 1] ?? NaN) - (points[at] ?? NaN);
  const beginsRun = (at: number): boolean => Math.abs(step(at)) <= 1 && step(at) === step(at + 1);
  return points.every((_, at) => [at - 2, at - 1, at].some(beginsRun));
}
