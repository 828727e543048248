import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from './metrics.ts';

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics({ version: '1.2.3', argon2: 'x86-64-v3' });
});

/** The value of a sample, such as `user_management_redis_connected` or `…_total{outcome="success"}`. */
async function sample(name: string): Promise<number> {
  const line = (await metrics.render())
    .split('\n')
    .find((text) => text.startsWith(`user_management_${name} `));
  return Number(line?.split(' ').at(-1));
}

describe('Metrics', () => {
  it('counts and times requests by route, method and status', async () => {
    const answer = { route: '/v1/users/{user_id}', method: 'GET', status: 200, seconds: 0.002 };
    metrics.answered(answer);
    metrics.answered({ ...answer, seconds: 0.2 });
    for (const other of [{ route: 'unmatched' }, { method: 'PUT' }, { status: 304 }])
      metrics.answered({ ...answer, ...other });
    const labels = 'route="/v1/users/{user_id}",method="GET",status="200"';
    expect(await sample(`http_requests_total{${labels}}`)).toBe(2);
    expect(await sample(`http_request_duration_seconds_bucket{${labels},le="0.0025"}`)).toBe(1);
    expect(await sample(`http_request_duration_seconds_sum{${labels}}`)).toBeCloseTo(0.202);
    expect(await sample('http_requests_total{route="unmatched",method="GET",status="200"}')).toBe(1);
    expect(await sample('http_requests_total{route="/v1/users/{user_id}",method="PUT",status="200"}')).toBe(
      1,
    );
    expect(await sample('http_requests_total{route="/v1/users/{user_id}",method="GET",status="304"}')).toBe(
      1,
    );
  });

  it('counts lookups by kind and outcome, and starts every combination at 0', async () => {
    for (const kind of ['user', 'email', 'token'] as const) {
      for (const outcome of ['hit', 'miss', 'invalid', 'error'] as const) {
        const name = `cache_lookups_total{kind="${kind}",outcome="${outcome}"}`;
        expect(await sample(name)).toBe(0);
        metrics.lookup(kind, outcome);
        expect(await sample(name)).toBe(1);
      }
    }
  });

  it('times Redis commands by name', async () => {
    metrics.command('get', 0.0002);
    metrics.command('get', 0.002);
    metrics.command('set', 0.002);
    expect(await sample('redis_command_duration_seconds_bucket{command="get",le="0.00025"}')).toBe(1);
    expect(await sample('redis_command_duration_seconds_count{command="get"}')).toBe(2);
    expect(await sample('redis_command_duration_seconds_count{command="set"}')).toBe(1);
  });

  it('says whether Redis can be read and written, and starts with neither', async () => {
    const both = async () => [await sample('redis_connected'), await sample('redis_writable')];
    const seen = [await both()];
    for (const state of ['connected', 'read-only', 'disconnected'] as const) {
      metrics.redisState(state);
      seen.push(await both());
    }
    expect(seen).toEqual([
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  it('says how full Redis is and whether it can save its data', async () => {
    metrics.redisVitals({ memoryRatio: 0.83, aofOk: true, rdbOk: false });
    expect(await sample('redis_memory_ratio')).toBe(0.83);
    expect(await sample('redis_persistence_ok{kind="aof"}')).toBe(1);
    expect(await sample('redis_persistence_ok{kind="rdb"}')).toBe(0);
  });

  it('counts lookups of new passwords by outcome, and starts every outcome at 0', async () => {
    for (const outcome of ['breached', 'not-breached', 'timeout', 'error', 'skipped'] as const) {
      const name = `breached_password_checks_total{outcome="${outcome}"}`;
      expect(await sample(name)).toBe(0);
      metrics.breachCheck(outcome);
      expect(await sample(name)).toBe(1);
    }
  });

  it('counts what a limit refused, and starts every limit at 0', async () => {
    for (const limit of ['address', 'account', 'device', 'session', 'mail', 'notice', 'code'] as const) {
      const name = `rate_limited_total{limit="${limit}"}`;
      expect(await sample(name)).toBe(0);
      metrics.rateLimited(limit);
      expect(await sample(name)).toBe(1);
    }
  });

  it('counts each account under attack once, and each client address', async () => {
    for (const account of ['a@example.com', 'b@example.com', 'a@example.com'])
      metrics.accountRefused(account);
    for (const address of ['192.0.2.1', '192.0.2.1']) metrics.addressCounted(address);
    expect(await sample('accounts_under_attack')).toBe(2);
    expect(await sample('client_addresses')).toBe(1);
  });

  it('counts logins by whether the device was known, and starts both at 0', async () => {
    for (const device of ['known', 'new'] as const) {
      expect(await sample(`logged_in_devices_total{device="${device}"}`)).toBe(0);
      metrics.loggedIn(device);
      expect(await sample(`logged_in_devices_total{device="${device}"}`)).toBe(1);
    }
  });

  it('counts mails by outcome, and says what waits', async () => {
    for (const outcome of ['sent', 'retried', 'failed'] as const) {
      const name = `mails_total{outcome="${outcome}"}`;
      expect(await sample(name)).toBe(0);
      metrics.mail(outcome);
      expect(await sample(name)).toBe(1);
    }
    metrics.outbox({ mails: 3, oldestSeconds: 90 });
    expect(await sample('outbox_mails')).toBe(3);
    expect(await sample('outbox_oldest_seconds')).toBe(90);
  });

  it('counts webhooks by endpoint and outcome, and says what waits for whom', async () => {
    const [one, other] = ['a.example.com-00000000', 'b.example.com-00000000'];
    const idle = { webhooks: 0, oldestSeconds: 0 };
    metrics.webhooksWaiting(
      new Map([
        [one, { webhooks: 3, oldestSeconds: 90 }],
        [other, idle],
      ]),
    );
    expect(await sample(`webhooks_waiting{endpoint="${one}"}`)).toBe(3);
    expect(await sample(`webhooks_oldest_seconds{endpoint="${one}"}`)).toBe(90);
    for (const outcome of ['delivered', 'retried', 'set-aside'] as const) {
      const name = `webhooks_total{endpoint="${one}",outcome="${outcome}"}`;
      expect(await sample(name)).toBe(0);
      metrics.webhook(one, outcome);
      expect(await sample(name)).toBe(1);
    }
    metrics.webhooksWaiting(new Map([[other, idle]]));
    expect(await sample(`webhooks_waiting{endpoint="${one}"}`)).toBeNaN();
    expect(await sample(`webhooks_waiting{endpoint="${other}"}`)).toBe(0);
  });

  it('times hashes, and counts those that wait and those that were refused', async () => {
    metrics.hashed(0.025);
    metrics.hashQueue(7);
    metrics.hashQueue(6);
    metrics.hashRefused();
    expect(await sample('password_hash_duration_seconds_bucket{le="0.02"}')).toBe(0);
    expect(await sample('password_hash_duration_seconds_bucket{le="0.03"}')).toBe(1);
    expect(await sample('password_hash_queue_length')).toBe(6);
    expect(await sample('password_hash_refusals_total')).toBe(1);
  });

  it('counts registrations, logins and refreshes by outcome', async () => {
    expect(await sample('registrations_total{outcome="success"}')).toBe(0);
    metrics.registration('success');
    metrics.registration('email-taken');
    metrics.login('invalid-credentials');
    expect(await sample('registrations_total{outcome="success"}')).toBe(1);
    expect(await sample('registrations_total{outcome="email-taken"}')).toBe(1);
    expect(await sample('logins_total{outcome="success"}')).toBe(0);
    expect(await sample('logins_total{outcome="invalid-credentials"}')).toBe(1);
    metrics.refresh('refresh-token-reused');
    expect(await sample('refreshes_total{outcome="refresh-token-reused"}')).toBe(1);
  });

  it('reports the running version', async () => {
    expect(
      await sample(`build_info{version="1.2.3",node="${process.versions.node}",argon2="x86-64-v3"}`),
    ).toBe(1);
  });

  it('shows a blocked event loop', async () => {
    const samples = (bound: string) => sample(`event_loop_delay_seconds_bucket{le="${bound}"}`);
    const blockedUntil = performance.now() + 150;
    while (performance.now() < blockedUntil);
    await vi.waitUntil(async () => (await samples('+Inf')) > (await samples('0.1')));
    expect(await samples('+Inf')).toBeGreaterThan(await samples('0.1'));
  });

  it('samples the event loop fifty times a second', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      metrics = new Metrics();
      vi.advanceTimersByTime(1000);
    } finally {
      vi.useRealTimers();
    }
    expect(await sample('event_loop_delay_seconds_bucket{le="0.001"}')).toBe(50);
    expect(await sample('event_loop_delay_seconds_count')).toBe(50);
  });

  it('includes the usual metrics of a Node process', async () => {
    const text = await metrics.render();
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
    expect(text).toMatch(/^# TYPE nodejs_gc_duration_seconds/m);
    expect(text).not.toContain('eventloop_lag');
  });

  it('is in the text format of Prometheus', () => {
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});

describe('docs/metrics.md', () => {
  it('has a row for each metric, with its type and labels', async () => {
    metrics.answered({ route: '/health', method: 'GET', status: 200, seconds: 0 });
    metrics.command('get', 0);
    metrics.file('SERVICE_TOKENS_FILE', 'in-force');
    metrics.webhooksWaiting(new Map([['a.example.com-00000000', { webhooks: 0, oldestSeconds: 0 }]]));
    metrics.redisVitals({ memoryRatio: 0, aofOk: true, rdbOk: true });
    expect(documented()).toEqual(await reported());
  });
});

/** Reads `name type labels` from the rows of the table. */
function documented(): string[] {
  const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| `(user_management_\w+)` +\| (\w+) +\| (.*?) +\|/gm);
  return Array.from(
    rows,
    ([, name, type, labels]) => `${name} ${type} ${labels?.replaceAll('`', '')}`,
  ).toSorted();
}

/** Reads `name type labels` from the rendered metrics. */
async function reported(): Promise<string[]> {
  const text = await metrics.render();
  const types = text.matchAll(/^# TYPE (user_management_\w+) (\w+)$/gm);
  return Array.from(types, ([, name, type]) => `${name} ${type} ${labelsOf(text, String(name))}`).toSorted();
}

function labelsOf(text: string, name: string): string {
  const labels = new RegExp(`^${name}(?:_count)?\\{(.*)\\} `, 'm').exec(text)?.[1] ?? '';
  return Array.from(labels.matchAll(/(\w+)=/g), ([, label]) => label).join(', ') || '–';
}
