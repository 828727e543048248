import { hash } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as argon2 from 'argon2';

/**
 * Loaded into a service under attack: a hash takes microseconds. So the attacks measure how many passwords
 * are checked, and the limits decide it, not the processor.
 */
const library = createRequire(import.meta.url)('argon2') as Record<string, unknown>;

const digestOf = (password: string, salt: string) =>
  hash('sha256', `${salt} ${password}`, 'base64').replace('=', '');

Object.assign(library, {
  hash: (password: string, { salt, memoryCost, timeCost, parallelism }: Required<argon2.HashOptions>) => {
    const text = salt.toString('base64').replace(/=+$/, '');
    const parameters = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
    return Promise.resolve(`$argon2id$v=19$${parameters}$${text}$${digestOf(password, text)}`);
  },
  verify: (phc: string, password: string) => {
    const [, , , , salt = '', digest] = phc.split('$');
    return Promise.resolve(digestOf(password, salt) === digest);
  },
});
