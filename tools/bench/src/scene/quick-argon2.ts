import { createRequire } from 'node:module';
import type * as argon2 from 'argon2';
import { quickHash } from './quick-hash.ts';

/**
 * Loaded into a service: a hash takes microseconds. So attacks measure how many passwords are checked, and
 * the limits decide it, not the processor. And a login shows what it costs beside its hash.
 */
const library = createRequire(import.meta.url)('argon2') as Record<string, unknown>;

Object.assign(library, {
  hash: (password: string, { salt, memoryCost, timeCost, parallelism }: Required<argon2.HashOptions>) => {
    const text = salt.toString('base64').replace(/=+$/, '');
    const parameters = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
    return Promise.resolve(quickHash(password, parameters, text));
  },
  verify: (phc: string, password: string) => {
    const [, , , parameters = '', salt = ''] = phc.split('$');
    return Promise.resolve(quickHash(password, parameters, salt) === phc);
  },
});
