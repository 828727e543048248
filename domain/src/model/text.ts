import { ValidationFailed } from './errors.ts';

/** Length in Unicode code points, the unit of every length limit of the contract. */
export const codePoints = (text: string): number => [...text].length;

/** Length in bytes once encoded as UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export const MUST_BE_WELL_FORMED = 'must be well-formed Unicode';

/**
 * A string without unpaired surrogates: those have no UTF-8 form, so two different ones would be stored
 * (or hashed) as the same bytes.
 * @throws {ValidationFailed}
 */
export function parseText(input: unknown): string {
  if (typeof input !== 'string') throw new ValidationFailed('must be a string');
  if (!input.isWellFormed()) throw new ValidationFailed(MUST_BE_WELL_FORMED);
  return input;
}
