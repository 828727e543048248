import { resolve } from 'node:path';
import { startRedis, startService } from '@user-management/servers';
import { quantile } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { loadWithCpu } from '../scene/load.ts';
import { likeManifests } from '../scene/redis.ts';
import { productionEnv, register } from '../scene/scene.ts';

/** The CPU time on which one request is measured must be many of the system's ticks. */
const LEAST_SECONDS = 1;

/**
 * Compares session checks of this checkout with those of another one, whose packages must be installed. Both
 * run in turns, and each round gives a ratio of its own: what else the machine does affects both sides alike.
 */
export async function measureAgainst(checkout: string, rounds: number, seconds: number): Promise<Row[]> {
  const theirs = await open(resolve(checkout, 'apps/user-management/src/main.ts'));
  const ours = await open();
  const duration = Math.max(seconds, LEAST_SECONDS);
  const ratios: { cpu: number; perSecond: number }[] = [];
  // The first round only compiles the code and fills the caches.
  for (let round = 0; round <= rounds; round += 1) {
    // Each goes first in every other round.
    const first = round % 2 ? theirs : ours;
    const [one, two] = [await first.check(duration), await (first === ours ? theirs : ours).check(duration)];
    const [mine, other] = first === ours ? [one, two] : [two, one];
    if (round > 0)
      ratios.push({ cpu: mine.cpuUs / other.cpuUs, perSecond: mine.perSecond / other.perSecond });
  }
  await ours.close();
  await theirs.close();
  return [
    spread(
      'CPU time of a session check',
      '<= 1',
      ratios.map(({ cpu }) => cpu),
    ),
    spread(
      'session checks/s',
      '>= 1',
      ratios.map(({ perSecond }) => perSecond),
    ),
  ];
}

/** A service with its own Redis. @param main of the other checkout */
async function open(main?: string) {
  const redis = await startRedis({ args: likeManifests({ holdsUsers: true }) });
  const service = await startService(productionEnv(redis), main);
  const headers = { authorization: `Bearer ${await register(service)}` };
  return {
    check: (seconds: number) =>
      loadWithCpu(service.pid, { url: `${service.url}/v1/users/me`, headers }, seconds),
    async close() {
      await service.stop();
      await redis.stop();
    },
  };
}

function spread(what: string, wanted: string, ratios: readonly number[]): Row {
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toFixed(3));
  return {
    what: `${what}, against the other checkout`,
    result: median ?? '',
    wanted,
    raw: `quartiles ${lower} and ${upper}, ${ratios.length} rounds`,
  };
}
