import { randomBytes } from 'node:crypto';

const MAX_LENGTH = 128;

// A random beginning for the process and a number for the request: as unique as a UUID for each, and a tenth
// of the time.
const PROCESS = randomBytes(12).toString('hex');
let made = 0;

/**
 * The client's own id where it is 1 to 128 visible ASCII characters, fit for a header and a log; otherwise a
 * new one.
 */
export const requestId = (proposed: string | string[] | undefined): string =>
  typeof proposed === 'string' && isVisibleAscii(proposed) ? proposed : newRequestId();

export const newRequestId = (): string => `${PROCESS}-${(made += 1)}`;

function isVisibleAscii(text: string): boolean {
  if (text.length < 1 || text.length > MAX_LENGTH) return false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x21 || code > 0x7e) return false;
  }
  return true;
}
