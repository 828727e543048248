import {
  KEY_PATTERNS,
  type KeyPattern,
  keys,
  patternOf,
  type Redis,
  type Session,
} from '@user-management/redis/small';

export type Pattern = KeyPattern | 'others';
const NAMES: readonly Pattern[] = [...KEY_PATTERNS, 'others'];

/** Limits of one server. SCAN is not free, and a hundred thousand keys contain a sample of every pattern. */
const ROUNDS = 100;
const KEYS_PER_ROUND = 1_000;
const SAMPLE = 100;

/** The prefix of the keys with which the doctor checks that Redis accepts writes. */
const OURS = keys.startupCheck('');

export interface Survey {
  readonly counts: ReadonlyMap<Pattern, number>;
  /** False when Redis has more keys than the survey read. */
  readonly complete: boolean;
  /** Remaining lifetimes in milliseconds, a sample for each pattern. A key without an expiry has -1. */
  readonly lifetimes: ReadonlyMap<Pattern, readonly number[]>;
}

/** Samples the keys with SCAN. KEYS would block every other client. */
export async function surveyKeys(redis: Redis): Promise<Survey> {
  const servers = await redis.each(surveyServer);
  const of =
    <T>(pick: (survey: Survey, name: Pattern) => T) =>
    (name: Pattern): [Pattern, T[]] => [name, servers.map((survey) => pick(survey, name))];
  const counts = NAMES.map(of((survey, name) => survey.counts.get(name) ?? 0));
  const lifetimes = NAMES.map(of((survey, name) => survey.lifetimes.get(name) ?? []));
  return {
    counts: new Map(counts.map(([name, each]) => [name, each.reduce((one, other) => one + other)])),
    complete: servers.every(({ complete }) => complete),
    lifetimes: new Map(lifetimes.map(([name, each]) => [name, each.flat()])),
  };
}

async function surveyServer(session: Session): Promise<Survey> {
  const { counts, samples, complete } = await scan(session);
  const lifetimes = new Map<Pattern, readonly number[]>();
  for (const [name, some] of samples) lifetimes.set(name, await lifetimesOf(session, some));
  return { counts, complete, lifetimes };
}

/**
 * Keeps a sample only, because all keys would take 40 MB. So a key that SCAN returns twice counts twice. SCAN
 * does that only while the number of keys changes much.
 */
async function scan(session: Session) {
  const counts = new Map<Pattern, number>();
  const samples = new Map<Pattern, string[]>(NAMES.map((name) => [name, []]));
  let cursor = '0';
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await session.send(['SCAN', cursor, 'COUNT', String(KEYS_PER_ROUND)]);
    const [next, some] = answer as [string, string[]];
    for (const key of some.filter((one) => !one.startsWith(OURS))) {
      const name = patternOf(key) ?? 'others';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const sample = samples.get(name);
      if (sample && sample.length < SAMPLE) sample.push(key);
    }
    cursor = next;
    if (cursor === '0') return { counts, samples, complete: true };
  }
  return { counts, samples, complete: false };
}

async function lifetimesOf(session: Session, some: readonly string[]): Promise<readonly number[]> {
  const all = await Promise.all(some.map((key) => session.send(['PTTL', key])));
  // A key with -2 has expired since SCAN returned it.
  return all.map(Number).filter((lifetime) => lifetime !== -2);
}
