import { fold, PASSWORD_MIN_LENGTH } from '@user-management/domain';
import { dictionary } from '@zxcvbn-ts/language-common';

/** The common passwords that pass the rule of length: folded, one a line, sorted by code units. */
export function makeList(): string {
  const folded = new Set(dictionary['passwords-common'].map(fold));
  const longEnough = [...folded].filter((password) => [...password].length >= PASSWORD_MIN_LENGTH);
  return longEnough
    .toSorted()
    .map((password) => `${password}\n`)
    .join('');
}
