import type { CloudNativePg } from '../schema.ts';
import { found, type Rule } from './rule.ts';

/** Rules of the PostgreSQL of these manifests, wherever it is described. */
export const postgresProblems = (
  { backup, recovery }: Omit<CloudNativePg, 'in'>,
  at = '',
): readonly string[] =>
  found([
    recovery && !backup && `${at}backup is missing; accepted with ${at}recovery is the store to recover from`,
    recovery &&
      recovery.serverName === backup?.serverName &&
      `${at}backup.serverName is "${backup.serverName}", as ${at}recovery.serverName is; accepted is a ` +
        'new folder, since the operator archives into an empty one alone',
  ]);

export const POSTGRES_RULES: readonly Rule[] = [
  ({ users }) => (users.in === 'cloudnative-pg' ? postgresProblems(users, 'users.') : []),
];
