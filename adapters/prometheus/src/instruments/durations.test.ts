import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { Durations } from './durations.ts';

const durations = () => {
  const register = new Registry();
  const made = new Durations({ name: 'reply_seconds', help: 'Time to reply.', buckets: [0.1, 1], register });
  return { register, made };
};

it('reports cumulative buckets that include their bounds, the sum and the count', async () => {
  const { register, made } = durations();
  const cell = made.cell({ command: 'get' });
  for (const seconds of [0.05, 0.1, 0.11, 1, 2]) cell.observe(seconds);
  expect(await register.metrics()).toBe(`# HELP reply_seconds Time to reply.
# TYPE reply_seconds histogram
reply_seconds_bucket{command="get",le="0.1"} 2
reply_seconds_bucket{command="get",le="1"} 4
reply_seconds_bucket{command="get",le="+Inf"} 5
reply_seconds_sum{command="get"} 3.26
reply_seconds_count{command="get"} 5
`);
});

it('reports each combination of labels separately, from the first scrape on', async () => {
  const { register, made } = durations();
  made.cell({ command: 'get' });
  made.cell({ command: 'set' }).observe(5);
  const text = await register.metrics();
  expect(text).toContain('reply_seconds_count{command="get"} 0\n');
  expect(text).toContain('reply_seconds_count{command="set"} 1\n');
});

it('keeps its counts from one scrape to the next', async () => {
  const { register, made } = durations();
  const cell = made.cell();
  cell.observe(0.5);
  await register.metrics();
  cell.observe(0.5);
  expect(await register.metrics()).toContain('reply_seconds_bucket{le="1"} 2\n');
});

it('refuses the name of another metric', () => {
  const { register } = durations();
  expect(() => new Durations({ name: 'reply_seconds', help: '', buckets: [], register })).toThrow(
    /already been registered/,
  );
});
