/** A number of JSON. Texts are matched as well, so that digits in them are skipped. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|\d[\d.eE+-]*/g;

/** A double keeps any 15 digits. Only a longer number or one with an exponent can change. */
const SUSPECT = /[\d.]{16}|\d[eE]/;

/** `JSON.parse` makes it Infinity, which no rule of the domain accepts. */
const NO_NUMBER = '1e999';

/**
 * Replaces each number that parsing would change, such as 9007199254740993, so that validation refuses it
 * and names its place. A reviver of `JSON.parse` sees the source too, but it recurses: a body of brackets
 * overflows the stack.
 * @param text valid JSON.
 */
export const withoutInexactNumbers = (text: string): string =>
  SUSPECT.test(text)
    ? text.replace(TEXT_OR_NUMBER, (token) => (token.startsWith('"') || isExact(token) ? token : NO_NUMBER))
    : text;

/** With at most 15 digits and an exponent of two, every number is exact: most need no more than this. */
const SURELY_EXACT = /^[\d.]{1,15}(?:[eE][+-]?\d{1,2})?$/;

function isExact(source: string): boolean {
  if (SURELY_EXACT.test(source)) return true;
  const parsed = Number(source);
  return Number.isFinite(parsed) && normal(source) === normal(String(parsed));
}

/** Two numbers have the same normal form where they have the same value: 1.50, 15e-1 and 1.5 have. */
function normal(source: string): string {
  const [mantissa = '', exponent = '0'] = source.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  // A loop is linear, where a regular expression for the zeros at the end is quadratic.
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  return `${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
