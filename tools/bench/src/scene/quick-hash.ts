import { hash } from 'node:crypto';

/** What `quick-argon2.ts` makes of a password. */
export const quickHash = (password: string, parameters: string, salt: string): string =>
  `$argon2id$v=19$${parameters}$${salt}$${digestOf(password, salt)}`;

const digestOf = (password: string, salt: string): string =>
  hash('sha256', `${salt} ${password}`, 'base64').replace('=', '');
