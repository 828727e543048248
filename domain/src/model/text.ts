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

/** In code points. */
export interface Length {
  readonly least?: number;
  readonly most: number;
}

/**
 * The most UTF-16 units that become one code point when a text is composed: U+1F82 is four characters when
 * it is decomposed. A longer input cannot become short enough.
 */
const UNITS_PER_CODE_POINT = 4;

/**
 * A string of the given length, without unpaired surrogates: those have no UTF-8 form, so two different ones
 * would be stored (or hashed) as the same bytes.
 *
 * The input is bounded before it is normalised, because normalisation takes quadratic time on a long run of
 * combining marks.
 * @throws {ValidationFailed}
 */
export function parseText(input: unknown, { least = 0, most }: Length, normalise = asItIs): string {
  if (typeof input !== 'string') throw new ValidationFailed('must be a string');
  const wrongLength =
    least > 0 ? `must have ${least} to ${most} characters` : `must have at most ${most} characters`;
  if (input.length > most * UNITS_PER_CODE_POINT) throw new ValidationFailed(wrongLength);
  if (!input.isWellFormed()) throw new ValidationFailed(MUST_BE_WELL_FORMED);
  const text = normalise(input);
  const length = codePoints(text);
  if (length < least || length > most) throw new ValidationFailed(wrongLength);
  return text;
}

/** The text as it is compared where upper and lower case, and compatible characters, count as the same. */
export const fold = (text: string): string =>
  // Upper case first makes one text of ß and SS, and of the two small sigmas.
  text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

const asItIs = (text: string): string => text;

/**
 * Characters that show nothing, or that change how their neighbours are shown: controls, format characters,
 * private use, noncharacters, fillers. With one of them, two texts that differ look the same.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether the text has a character that nobody can see. */
export const hasInvisible = (text: string): boolean => INVISIBLE.test(text);
