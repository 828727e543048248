import { readFileSync } from 'node:fs';
import type { RedisHere } from '../../environment/environment.ts';
import { REDIS_PORT } from '../../kit/identity.ts';
import { toMebibytes } from '../../kit/quantities.ts';

/** Where the container finds things. */
export const CONFIG_FOLDER = '/etc/redis';
export const SECRET_FOLDER = '/etc/redis-secret';
export const DATA_FOLDER = '/data';

const script = (name: string): string => readFileSync(new URL(`scripts/${name}`, import.meta.url), 'utf8');

/** @param durable whether it is where users are kept for good */
export const configFiles = (redis: RedisHere, durable: boolean): Readonly<Record<string, string>> => ({
  'redis.conf': redisConf(redis, durable),
  'start.sh': script('start.sh'),
  'cli.sh': script('cli.sh'),
  'ready.sh': script('ready.sh'),
});

// Half of the container's limit: rewriting the append-only file forks, and in the worst case every page is
// then there twice.
const redisConf = ({ memory }: RedisHere, durable: boolean): string => `# Made by \`npm run synth\`.
bind * -::*
port ${REDIS_PORT}
dir ${DATA_FOLDER}
aclfile /tmp/users.acl
maxmemory ${Math.floor(toMebibytes(memory) / 2)}mb
maxmemory-policy noeviction
appendonly yes
${durability(durable)}
# The append-only file is what a restart reads.
save ""
`;

const durability = (durable: boolean): string =>
  durable
    ? `# Users are kept here and nowhere else: what is acknowledged is on the disk.
appendfsync always`
    : `# A cache and tokens: losing the last second of them when a node dies is cheaper than a disk write for each.
appendfsync everysec`;
