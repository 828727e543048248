/*
 * Punycode (RFC 3492) writes a domain label with characters beyond ASCII in ASCII. The parameters and names
 * follow section 6 of the RFC. It is written out here because the domain depends on nothing.
 */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;
const LAST_CODE_POINT = 0x10ffff;

const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ACE_PREFIX = 'xn--';

/** The ASCII form of a label in lower case; the label itself where it has nothing beyond ASCII. */
export function labelToAscii(label: string): string {
  const input = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = input.filter((codePoint) => codePoint < INITIAL_N);
  if (basic.length === input.length) return label;

  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '');
  let n = INITIAL_N;
  let delta = 0;
  let bias = INITIAL_BIAS;
  for (let handled = basic.length; handled < input.length; delta += 1, n += 1) {
    const next = Math.min(...input.filter((codePoint) => codePoint >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const codePoint of input) {
      if (codePoint < n) delta += 1;
      if (codePoint !== n) continue;
      output += variableLengthInteger(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic.length);
      delta = 0;
      handled += 1;
    }
  }
  return ACE_PREFIX + output;
}

/**
 * The Unicode form of a label in lower case; the label itself where it is not encoded.
 * @returns nothing where it claims to be encoded and is not the encoding of any label.
 */
export function labelToUnicode(label: string): string | undefined {
  if (!label.startsWith(ACE_PREFIX)) return label;
  const decoded = decode(label.slice(ACE_PREFIX.length));
  // Two encodings of one label would be two addresses of one mailbox.
  return decoded !== undefined && labelToAscii(decoded) === label ? decoded : undefined;
}

function decode(encoded: string): string | undefined {
  const delimiter = encoded.lastIndexOf('-');
  const output = Array.from(encoded.slice(0, Math.max(delimiter, 0)), (character) => character.charCodeAt(0));
  let n = INITIAL_N;
  let i = 0;
  let bias = INITIAL_BIAS;
  for (let at = delimiter + 1; at < encoded.length;) {
    const before = i;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = DIGITS.indexOf(encoded.charAt(at++) || ' ');
      if (digit < 0) return undefined;
      i += digit * weight;
      const threshold = thresholdAt(k, bias);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = output.length + 1;
    bias = adapt(i - before, length, before === 0);
    n += Math.floor(i / length);
    if (!(n <= LAST_CODE_POINT)) return undefined;
    i %= length;
    output.splice(i++, 0, n);
  }
  return String.fromCodePoint(...output);
}

function variableLengthInteger(delta: number, bias: number): string {
  let digits = '';
  let rest = delta;
  for (let k = BASE; ; k += BASE) {
    const threshold = thresholdAt(k, bias);
    if (rest < threshold) return digits + DIGITS.charAt(rest);
    digits += DIGITS.charAt(threshold + ((rest - threshold) % (BASE - threshold)));
    rest = Math.floor((rest - threshold) / (BASE - threshold));
  }
}

const thresholdAt = (k: number, bias: number): number => Math.min(Math.max(k - bias, T_MIN), T_MAX);

/** Section 6.1: keeps the digits short by guessing the next delta from this one. */
function adapt(delta: number, length: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? DAMP : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
