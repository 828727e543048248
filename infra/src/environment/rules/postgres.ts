import type { CloudNativePg } from '../schema.ts';
import { found, type Rule } from './rule.ts';

/** The rules of the PostgreSQL of these manifests, for an environment and for the construct. */
export const postgresProblems = (
  { backup, recovery }: Omit<CloudNativePg, 'in'>,
  at = '',
): readonly string[] =>
  found([
    recovery && !backup && `${at}backup is missing. With ${at}recovery it must be the store of the backup.`,
    recovery &&
      recovery.serverName === backup?.serverName &&
      `${at}backup.serverName is "${backup.serverName}", like ${at}recovery.serverName. It must be a new ` +
        'folder, because the operator archives only into an empty one.',
  ]);

export const POSTGRES_RULES: readonly Rule[] = [
  ({ users }) => (users.in === 'cloudnative-pg' ? postgresProblems(users, 'users.') : []),
];
