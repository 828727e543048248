import { readFileSync } from 'node:fs';
import { REDIS_PORT } from '../../kit/identity.ts';
import { maxMemoryMebibytes } from '../../environment/rules/redis.ts';

/** The folders in the container. */
export const CONFIG_FOLDER = '/etc/redis';
export const SECRET_FOLDER = '/etc/redis-secret';
export const DATA_FOLDER = '/data';

const script = (name: string): string => readFileSync(new URL(`scripts/${name}`, import.meta.url), 'utf8');

interface Wanted {
  readonly memory: string;
  /** Whether this Redis stores the users. */
  readonly holdsUsers: boolean;
}

export const configFiles = (wanted: Wanted): Readonly<Record<string, string>> => ({
  'redis.conf': redisConf(wanted),
  ...Object.fromEntries(
    ['start.sh', 'users.sh', 'cli.sh', 'ready.sh', 'backup.sh', 'restore.sh', 'restore-job.sh'].map(
      (name) => [name, script(name)],
    ),
  ),
});

const redisConf = ({ memory, holdsUsers }: Wanted): string => `# Made by \`npm run synth\`.
bind * -::*
port ${REDIS_PORT}
dir ${DATA_FOLDER}
aclfile /tmp/users.acl
maxmemory ${maxMemoryMebibytes(memory)}mb
maxmemory-policy noeviction
appendonly yes
${purpose(holdsUsers)}
# A restart reads the append-only file, so no snapshots are needed.
save ""
`;

const purpose = (holdsUsers: boolean): string =>
  holdsUsers
    ? `# This Redis is the only store of the users, so every acknowledged write is on the disk.
appendfsync always
# An index of the events of a user has members of up to 104 characters. Up to this length, Redis keeps a small
# index in a fifth to a third of the memory.
zset-max-listpack-value 128`
    : '# A cache and tokens. When a node dies, the last second may be lost. A disk write for each change ' +
      'would cost more.\nappendfsync everysec';
