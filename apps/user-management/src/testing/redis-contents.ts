import { redisCommands } from '@user-management/servers';

/** Every key of a Redis with its value. */
export async function redisContents(url: string): Promise<Readonly<Record<string, unknown>>> {
  const keys = ((await redisCommands(url, ['KEYS', '*']))[0] ?? []) as readonly string[];
  const types = await redisCommands(url, ...keys.map((key) => ['TYPE', key]));
  const reads = keys.map((key, n) => (READS[String(types[n])] ?? readString)(key));
  const values = await redisCommands(url, ...reads);
  return Object.fromEntries(keys.map((key, n) => [key, values[n]]));
}

type Read = (key: string) => string[];

/** Also of a key that has expired since. */
const readString: Read = (key) => ['GET', key];

const READS: Readonly<Record<string, Read>> = {
  hash: (key) => ['HGETALL', key],
  zset: (key) => ['ZRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
};
