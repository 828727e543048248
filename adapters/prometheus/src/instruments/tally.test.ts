import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { Tally } from './tally.ts';

it('reports the sums of its cells, from 0 on and over several scrapes', async () => {
  const register = new Registry();
  const tally = new Tally({ name: 'lookups_total', help: 'Lookups.', labelNames: ['outcome'], register });
  const [hits] = [tally.cell({ outcome: 'hit' }), tally.cell({ outcome: 'miss' })];
  hits.pending++;
  hits.pending++;
  await register.metrics();
  hits.pending++;
  expect(await register.metrics()).toBe(`# HELP lookups_total Lookups.
# TYPE lookups_total counter
lookups_total{outcome="hit"} 3
lookups_total{outcome="miss"} 0
`);
});
