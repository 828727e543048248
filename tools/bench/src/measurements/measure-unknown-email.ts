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
  const users = await Population.open('redis', 2 * SAMPLES + WARM_UP + REFUSED);
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
  const refused = await refusals(users);
  await users.close();
  const unknown = quantile(figures.unknown, 0.5);
  return [
    ...(['cached', 'uncached'] as const).map((kind) =>
      compare(`failed login with an unknown email, against a known one, ${kind}`, {
        unknown,
        known: quantile(figures[kind], 0.5),
        samples: SAMPLES,
      }),
    ),
    compare('refused login with an unknown email, against a known one', refused),
  ];
}

/** Enough, because no hash makes the time of a refusal vary. */
const REFUSED = 50;
const FREE_FAILURES = 5;

/** Of logins that have to wait, because too many passwords were wrong. */
async function refusals(users: Population): Promise<Medians> {
  const refusalOf = async (email: string): Promise<number> => {
    const fail = (status: number) => users.login(email, 'the wrong password', status);
    for (let n = 0; n < FREE_FAILURES; n += 1) await fail(401);
    return fail(429);
  };
  const [unknown, known]: [number[], number[]] = [[], []];
  for (let n = 0; n < REFUSED; n += 1) {
    unknown.push(await refusalOf(`refused-${n}@example.com`));
    known.push(await refusalOf(sampleEmail(2 * SAMPLES + WARM_UP + n)));
  }
  return { unknown: quantile(unknown, 0.5), known: quantile(known, 0.5), samples: REFUSED };
}

interface Medians {
  readonly unknown: number;
  readonly known: number;
  readonly samples: number;
}

const compare = (what: string, { unknown, known, samples }: Medians): Row => ({
  what,
  result: `${Math.abs(unknown - known).toFixed(2)} ms apart`,
  wanted: '< 2 ms',
  raw: `${unknown.toFixed(2)} ms, ${known.toFixed(2)} ms, medians of ${samples}`,
});
