import { Metrics } from '@user-management/prometheus';
import { expect, it } from 'vitest';
import { queries, selectors } from '../../policies/promql.ts';
import { objectsOf } from '../../testing/synthesized.ts';
import { elsewhere } from '../../testing/variants.ts';

/** Labels that Prometheus adds. */
const SCRAPED = ['namespace', 'pod', 'job', 'instance'];

it('uses only metrics and labels that the service reports', async () => {
  const known = await reported();
  const asked = queries(objectsOf(elsewhere)).flatMap(selectors);
  const unknown = asked.filter(({ metric, labels }) => {
    const has = known.get(metric);
    return !has || !labels.every((label) => has.has(label) || SCRAPED.includes(label));
  });
  expect(asked.length).toBeGreaterThan(20);
  expect(unknown).toEqual([]);
});

/** Reports every kind of event once, and returns the labels of each metric. */
async function reported(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = new Metrics({ version: '0.1.0', argon2: 'default' });
  metrics.answered({ route: '/v1/users/me', method: 'GET', status: 200, seconds: 0.001 });
  metrics.command('get', 0.001);
  metrics.redisState('connected');
  metrics.redisVitals({ memoryRatio: 0.5, aofOk: true, rdbOk: true });
  metrics.file('SERVICE_TOKENS_FILE', 'in-force');
  metrics.webhooksWaiting(new Map([['hooks.example.com-00000000', { webhooks: 0, oldestSeconds: 0 }]]));
  metrics.hashQueue(1);
  metrics.hashRefused();
  const text = await metrics.render();
  const lines = [...text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)];
  return new Map(
    lines.map(([, name = '', labels = '']) => [
      name,
      new Set([...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)),
    ]),
  );
}
