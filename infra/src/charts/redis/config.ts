import { readFileSync } from 'node:fs';
import { REDIS_PORT } from '../../kit/identity.ts';
import { maxMemoryMebibytes } from '../../environment/rules/redis.ts';

/** Where the container finds things. */
export const CONFIG_FOLDER = '/etc/redis';
export const SECRET_FOLDER = '/etc/redis-secret';
export const DATA_FOLDER = '/data';

const script = (name: string): string => readFileSync(new URL(`scripts/${name}`, import.meta.url), 'utf8');

interface Wanted {
  readonly memory: string;
  /** Users are kept in it for good. */
  readonly holdsUsers: boolean;
}

export const configFiles = (wanted: Wanted): Readonly<Record<string, string>> => ({
  'redis.conf': redisConf(wanted),
  ...Object.fromEntries(
    ['start.sh', 'cli.sh', 'ready.sh', 'backup.sh', 'restore.sh', 'restore-job.sh'].map((name) => [
      name,
      script(name),
    ]),
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
${durability(holdsUsers)}
# The append-only file is what a restart reads.
save ""
`;

const durability = (holdsUsers: boolean): string =>
  holdsUsers
    ? `# Users are kept here and nowhere else: what is acknowledged is on the disk.
appendfsync always`
    : '# A cache and tokens: losing the last second of them when a node dies is cheaper than a disk write ' +
      'for each.\nappendfsync everysec';
