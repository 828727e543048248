import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { message, startChild } from '../children/child.ts';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { throughput } from '../scene/load.ts';
import { openScene, register } from '../scene/scene.ts';

const FOLDER = join(import.meta.dirname, '../../rivals');

/** What a rival sends when it listens. */
interface Rival {
  readonly port: number;
  readonly path: string;
  readonly cookie: string;
  readonly authorization?: string;
}

/**
 * Compares session checks with those of other libraries, which keep their sessions in the same Redis. Their
 * packages are installed at the first use.
 */
export async function measureRivals(rounds: number, seconds: number): Promise<Row[]> {
  if (!existsSync(join(FOLDER, 'node_modules')))
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER });
  const { redis, service, close } = await openScene();
  const children = [
    startChild('../../rivals/better-auth.mjs', redis.url),
    startChild('../../rivals/better-auth.mjs', redis.url, 'cookie-cache'),
    startChild('../../rivals/express-session.mjs', redis.url),
  ] as const;
  const [plain, cached, express] = await Promise.all([
    message<Rival>(children[0]),
    message<Rival>(children[1]),
    message<Rival>(children[2]),
  ]);
  const authorization = `Bearer ${await register(service)}`;
  const ours = { url: `${service.url}/v1/users/me`, headers: { authorization } };
  const cookieOf =
    ({ port, path, cookie }: Rival) =>
    () =>
      throughput({ url: `http://127.0.0.1:${port}${path}`, headers: { cookie } }, seconds);
  const rates = await medians(rounds, {
    ours: () => throughput(ours, seconds),
    cookie: cookieOf(plain),
    bearer: () =>
      throughput(
        {
          url: `http://127.0.0.1:${plain.port}${plain.path}`,
          headers: { authorization: plain.authorization ?? '' },
        },
        seconds,
      ),
    cookieCache: cookieOf(cached),
    express: cookieOf(express),
  });
  for (const child of children) child.kill();
  await close();
  const row = (rival: string, wanted: string, rate: number): Row => ({
    what: `session checks/s, against ${rival}`,
    result: (rates.ours / rate).toFixed(1),
    wanted,
    raw: `${Math.round(rates.ours)}/s, ${Math.round(rate)}/s`,
  });
  return [
    row('Better Auth with a cookie', '>= 20', rates.cookie),
    row('Better Auth with a bearer token', '>= 20', rates.bearer),
    row('Better Auth with its cookie cache', '>= 20', rates.cookieCache),
    row('express-session with connect-redis', '>= 5', rates.express),
  ];
}
