import { checkWritable, field, findDurabilityProblems } from '@user-management/redis/small';
import { type Check, failed, type Finding, ok } from '../check.ts';
import { infoOf } from './info.ts';
import type { Patient } from './patient.ts';
import { redisAnswer } from './redis-answer.ts';
import { redisCli } from './redis-cli.ts';

const PINGS = 20;
/** A request asks Redis up to five times, and users must not notice that. */
const SLOW_MS = 20;
/**
 * The clock of the service sets `created_at` of tokens and users. The clock of Redis decides when they
 * expire.
 */
const CLOCKS_APART_MS = 2_000;
const NEARLY_FULL = 0.9;

export const serverChecks: readonly Check<Patient>[] = [
  {
    name: 'writable',
    needs: ['password'],
    async examine(patient) {
      try {
        await checkWritable(await patient.redis());
        return ok('Redis took a key, which expired at once.');
      } catch (error) {
        const message = redisAnswer(error);
        return failed(message, mendWrites(message, patient));
      }
    },
    mend: (patient) => mendWrites('', patient),
  },
  {
    name: 'eviction and persistence',
    needs: ['password'],
    examine: (patient) =>
      patient.settings().database.kind === 'redis' ? examineAsStore(patient) : examineAsCache(patient),
    mend: (patient) => `${cli(patient)} INFO`,
  },
  {
    name: 'latency',
    needs: ['password'],
    async examine(patient) {
      const times = (await ping(patient)).sort((one, other) => one - other);
      const [median = 0, slowest = 0] = [times[PINGS / 2], times.at(-1)];
      const saw = `The median of ${PINGS} round trips is ${inMs(median)}, the slowest is ${inMs(slowest)}.`;
      return median < SLOW_MS
        ? ok(saw)
        : failed(saw, `${cli(patient)} --latency; ${cli(patient)} SLOWLOG GET 10`);
    },
    mend: (patient) => `${cli(patient)} --latency`,
  },
  {
    name: 'clock',
    needs: ['password'],
    async examine(patient) {
      const ahead = await clockDifference(patient);
      const saw = `The clock of Redis is ${Math.abs(ahead)} ms ${ahead < 0 ? 'behind' : 'ahead'}.`;
      return Math.abs(ahead) < CLOCKS_APART_MS
        ? ok(saw)
        : failed(saw, 'timedatectl set-ntp true on the machine whose clock is wrong');
    },
    mend: (patient) => `${cli(patient)} TIME`,
  },
];

const cli = (patient: Patient): string => redisCli(patient);

function mendWrites(message: string, patient: Patient): string {
  if (message.startsWith('OOM')) return `${cli(patient)} CONFIG SET maxmemory … to a higher value`;
  if (message.startsWith('MISCONF')) return `free space on the disk of Redis, then ${cli(patient)} BGSAVE`;
  if (message.startsWith('NOPERM')) return `${cli(patient)} ACL SETUSER … +@write ~*`;
  return `${cli(patient)} INFO replication`;
}

async function examineAsStore(patient: Patient): Promise<Finding> {
  const problems = await findDurabilityProblems(await patient.redis());
  if (problems.length === 0) return ok('Redis can store users: it evicts none, and they survive a restart.');
  const commands = problems.flatMap((problem) => /\((CONFIG SET .+?)\)/.exec(problem)?.[1] ?? []);
  return failed(problems.join('\n'), commands.map((command) => `${cli(patient)} ${command}`).join('\n'));
}

/** A cache may evict, but it must not refuse writes: tokens live here. */
async function examineAsCache(patient: Patient): Promise<Finding> {
  const servers = await infoOf(await patient.redis());
  const saw = [...new Set(servers.map(describe))].join('; ');
  return servers.some(isAboutToRefuse)
    ? failed(
        `${saw}. Redis is nearly full.`,
        `${cli(patient)} CONFIG SET maxmemory-policy volatile-lru, or a higher maxmemory`,
      )
    : ok(`${saw}. This suits a cache.`);
}

function describe(info: string): string {
  const aof = field(info, 'aof_enabled') === '1';
  const persistence = aof ? 'AOF' : 'no AOF (a restart may log all users out)';
  return `Redis has the policy ${field(info, 'maxmemory_policy')} and ${persistence}`;
}

function isAboutToRefuse(info: string): boolean {
  const limit = Number(field(info, 'maxmemory'));
  const isFull = limit > 0 && Number(field(info, 'used_memory')) > limit * NEARLY_FULL;
  return isFull && field(info, 'maxmemory_policy') === 'noeviction';
}

async function ping(patient: Patient): Promise<number[]> {
  const redis = await patient.redis();
  const times: number[] = [];
  while (times.length < PINGS) {
    const started = performance.now();
    await redis.each((session) => session.send(['PING']));
    times.push(performance.now() - started);
  }
  return times;
}

/** The largest clock difference of a server in milliseconds, measured at the middle of the round trip. */
async function clockDifference(patient: Patient): Promise<number> {
  const redis = await patient.redis();
  const differences = await redis.each(async (session) => {
    const before = Date.now();
    const [seconds, microseconds] = (await session.send(['TIME'])) as string[];
    return Number(seconds) * 1000 + Number(microseconds) / 1000 - (before + Date.now()) / 2;
  });
  return Math.round(differences.reduce((one, other) => (Math.abs(one) > Math.abs(other) ? one : other)));
}

const inMs = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;
