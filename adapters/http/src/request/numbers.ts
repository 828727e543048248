/** A JSON number. The expression also matches strings, so that digits inside them are skipped. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|\d[\d.eE+-]*/g;

/** A double preserves 15 digits. Only a longer number or a number with an exponent can change. */
const SUSPECT = /[\d.]{16}|\d[eE]/;

/** `JSON.parse` reads this as Infinity, and the domain refuses Infinity everywhere. */
const NO_NUMBER = '1e999';

/**
 * Replaces each number that parsing would change, such as 9007199254740993. So validation refuses it and
 * names its place. A reviver of `JSON.parse` also sees the source text, but it recurses: nested brackets
 * overflow the stack.
 * @param text valid JSON.
 */
export const withoutInexactNumbers = (text: string): string =>
  SUSPECT.test(text)
    ? text.replace(TEXT_OR_NUMBER, (token) => (token.startsWith('"') || isExact(token) ? token : NO_NUMBER))
    : text;

/** A number with at most 15 digits and a two-digit exponent is exact. This fast path covers most numbers. */
const SURELY_EXACT = /^[\d.]{1,15}(?:[eE][+-]?\d{1,2})?$/;

function isExact(source: string): boolean {
  if (SURELY_EXACT.test(source)) return true;
  const parsed = Number(source);
  return Number.isFinite(parsed) && normal(source) === normal(String(parsed));
}

/** Numbers with the same value have the same normal form, such as 1.50, 15e-1 and 1.5. */
function normal(source: string): string {
  const [mantissa = '', exponent = '0'] = source.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  // The loop takes linear time. A regular expression for trailing zeros takes quadratic time.
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  return `${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
