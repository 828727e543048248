import { field } from '@user-management/redis/small';
import { fetchText } from './fetch-text.ts';
import { infoOf } from './info.ts';
import type { Patient } from './patient.ts';

interface Hits {
  readonly hits: number;
  readonly misses: number;
  readonly source: string;
  /** Whether the numbers count only lookups of the service. */
  readonly isOurs: boolean;
}

const PATIENCE_MS = 1_000;
const LOOKUPS = /^user_management_cache_lookups_total\{kind="(?:user|email)",outcome="(\w+)"\} (\d+)/gm;

/**
 * Reads the lookups of users from the metrics of the service, if it runs here. Otherwise it uses the numbers
 * of Redis. Those include every reading command of every client, also for tokens and leases.
 */
export async function countHits(patient: Patient, signal: AbortSignal): Promise<Hits> {
  const url = `http://localhost:${patient.settings().http.port}/metrics`;
  const metrics = await fetchText(url, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
  const lookups = [...(metrics ?? '').matchAll(LOOKUPS)];
  if (lookups.length === 0) return countOnRedis(patient);
  const sum = (isWanted: (outcome: string) => boolean) =>
    lookups.reduce((all, [, outcome = '', count]) => (isWanted(outcome) ? all + Number(count) : all), 0);
  const hits = sum((outcome) => outcome === 'hit');
  const misses = sum((outcome) => outcome === 'miss' || outcome === 'invalid');
  return { hits, misses, source: `users, by ${url}`, isOurs: true };
}

async function countOnRedis(patient: Patient): Promise<Hits> {
  const servers = await infoOf(await patient.redis());
  const sum = (name: string) => servers.reduce((all, info) => all + Number(field(info, name)), 0);
  return {
    hits: sum('keyspace_hits'),
    misses: sum('keyspace_misses'),
    source: 'all commands, by INFO stats of Redis',
    isOurs: false,
  };
}
