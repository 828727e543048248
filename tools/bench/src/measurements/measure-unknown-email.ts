import { quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { Population } from '../scene/population.ts';
import { sampleEmail } from '../scene/sample-users.ts';

/** The number of logins of each kind. */
const SAMPLES = 200;
const WARM_UP = 50;

/**
 * Measures whether the time of a failed login reveals that an email is registered. The users are in Redis.
 */
export async function measureUnknownEmail(): Promise<Row[]> {
  const users = await Population.open('redis', 2 * SAMPLES + WARM_UP);
  const kinds = {
    unknown: (n: number) => `nobody-${n}@example.com`,
    cached: (n: number) => sampleEmail(SAMPLES + n),
    // No earlier request has cached this user.
    uncached: (n: number) => sampleEmail(n),
  };
  const figures = { unknown: [] as number[], cached: [] as number[], uncached: [] as number[] };
  const fail = (email: string) => users.login(email, 'the wrong password', 401);
  for (let n = 0; n < WARM_UP; n += 1) await fail(sampleEmail(2 * SAMPLES + n));
  for (let n = 0; n < SAMPLES; n += 1) {
    figures.unknown.push(await fail(kinds.unknown(n)));
    // Caches the user. The limit of an account allows a few failures in a row.
    await fail(kinds.cached(n));
    figures.cached.push(await fail(kinds.cached(n)));
    figures.uncached.push(await fail(kinds.uncached(n)));
  }
  await users.close();
  const unknown = quantile(figures.unknown, 0.5);
  return (['cached', 'uncached'] as const).map((kind) =>
    compare(kind, unknown, quantile(figures[kind], 0.5)),
  );
}

const compare = (kind: string, unknown: number, known: number): Row => ({
  what: `failed login with an unknown email, against a known one, ${kind}`,
  result: `${Math.abs(unknown - known).toFixed(2)} ms apart`,
  wanted: '< 2 ms',
  raw: `${unknown.toFixed(2)} ms, ${known.toFixed(2)} ms, medians of ${SAMPLES}`,
});
