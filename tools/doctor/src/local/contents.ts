import type { Settings } from '@user-management/settings';
import { type Check, failed, type Finding, ok, skipped, warning } from '../check.ts';
import { countHits } from './count-hits.ts';
import type { Patient } from './patient.ts';
import { redisCli } from './redis-cli.ts';
import type { Pattern } from './survey-keys.ts';

/** The threshold of the alert UserManagementCacheHitRateLow. */
const LOW_HIT_RATE = 0.5;
/** A new cache misses at first. */
const ENOUGH_LOOKUPS = 100;

export const contentChecks: readonly Check<Patient>[] = [
  {
    // This check comes first, because Redis also counts the lookups of the other checks.
    name: 'cache hit rate',
    needs: ['password'],
    async examine(patient, signal) {
      const { hits, misses, source, isOurs } = await countHits(patient, signal);
      const lookups = hits + misses;
      const saw = `Redis found ${hits} of ${lookups} lookups (${source}).`;
      if (lookups < ENOUGH_LOOKUPS) return skipped(`${saw} These are too few for a conclusion.`);
      if (hits / lookups >= LOW_HIT_RATE) return ok(saw);
      // Other programs may share this Redis, so its own count proves nothing about the service.
      return (isOurs ? failed : warning)(saw, mendHitRate(patient));
    },
    mend: mendHitRate,
  },
  {
    name: 'keys',
    needs: ['password'],
    async examine(patient) {
      const { counts, complete } = await patient.survey();
      const present = [...counts].filter(([, count]) => count > 0);
      if (present.length === 0)
        return skipped('There are no keys yet, because no user has registered or logged in.');
      const saw = present.map(([pattern, count]) => `${count} ${pattern}`).join(', ');
      return ok(complete ? `${saw}.` : `${saw} among the first keys; there are more.`);
    },
    mend: (patient) => `${cli(patient)} --scan --pattern 'user:*' | head`,
  },
  {
    name: 'cache TTL',
    needs: ['keys'],
    examine: (patient) => examineTtl(patient, ['user:*', 'user:email:*'], patient.settings().cacheTtl),
    mend: (patient) => shorten(patient, 'user:*', patient.settings().cacheTtl),
  },
  {
    name: 'token TTL',
    needs: ['keys'],
    examine: (patient) => examineTtl(patient, ['auth:token:*'], patient.settings().sessions.tokenTtl),
    mend: (patient) => shorten(patient, 'auth:token:*', patient.settings().sessions.tokenTtl),
  },
];

const cli = (patient: Patient): string => redisCli(patient);

async function examineTtl(patient: Patient, patterns: readonly Pattern[], seconds: number): Promise<Finding> {
  const { lifetimes } = await patient.survey();
  const all = patterns.flatMap((pattern) => lifetimes.get(pattern) ?? []);
  if (all.length === 0) return skipped(`There is no key ${patterns.join(' or ')} yet.`);
  const endless = all.filter((lifetime) => lifetime === -1).length;
  const long = all.filter((lifetime) => lifetime > seconds * 1000).length;
  if (endless + long === 0)
    return ok(
      `Of ${all.length} sampled keys, the longest lives for another ` +
        `${Math.ceil(Math.max(...all) / 1000)} s of ${seconds} s.`,
    );
  const pattern = patterns[0] ?? '';
  return failed(
    `Of ${all.length} sampled keys, ${endless} never expire and ${long} would live longer than ${seconds} s.`,
    shorten(patient, pattern, seconds),
  );
}

/** `LT` only shortens a lifetime. A key without an expiry counts as one with an infinite lifetime. */
const shorten = (patient: Patient, pattern: string, seconds: number): string => {
  const redis = cli(patient);
  return (
    `${redis} --scan --pattern '${pattern}' | while read -r key; do ${redis} EXPIRE "$key" ` +
    `${seconds} LT; done`
  );
};

function mendHitRate(patient: Patient): string {
  const { cacheTtl, cacheWarmUsers }: Settings = patient.settings();
  const warm = cacheWarmUsers === 0 ? '; export CACHE_WARM_USERS=1000 fills the cache at start' : '';
  return (
    `export REDIS_CACHE_TTL=… to more than ${cacheTtl}${warm}; ${cli(patient)} INFO stats ` +
    '(evicted_keys: Redis is too small)'
  );
}
