import { expect, it } from 'vitest';
import { PASSWORD } from './testing/fake-cluster.ts';
import { readRecording, replayKubectl } from './testing/fake-kubectl.ts';
import { runDoctor } from './testing/run-doctor.ts';

/** What the doctor says of a cluster with Kubernetes 1.34 that our production manifests were applied to. */
async function examine(recording: string) {
  const folder = replayKubectl(readRecording(recording));
  const { code, stdout } = await runDoctor(['--cluster', '--json'], { PATH: `${folder}:/usr/bin:/bin` });
  expect(stdout).not.toContain('nobody has recorded');
  expect(stdout).not.toContain(PASSWORD);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; saw: string }[] };
  const failed = checks.filter(({ status }) => status === 'failed');
  return { code, failed: Object.fromEntries(failed.map(({ name, saw }) => [name, saw])) };
}

const containing = (text: string) => expect.stringContaining(text) as string;

it('a cluster that is well', async () => {
  expect(await examine('well')).toEqual({ code: 0, failed: {} });
});

it('a rollout whose old pods are still stopping', async () => {
  expect(await examine('rolled-out')).toEqual({ code: 0, failed: {} });
});

it('a rollout that has no Secret', async () => {
  const { code, failed } = await examine('secret-missing');
  expect(code).toBe(1);
  expect(failed).toEqual({
    'Secret redis-secret': 'no key password in saferoute',
    rollout: '3 of 3 replicas available, 1 up to date',
    pods: containing('CreateContainerConfigError: secret "redis-secret" not found'),
  });
});

it('a rollout with another password than that of Redis', async () => {
  const { code, failed } = await examine('wrong-password');
  expect(code).toBe(1);
  expect(failed).toEqual({
    'Secret redis-secret': 'another password in data than in saferoute',
    rollout: '3 of 3 replicas available, 1 up to date',
    pods: containing('ended before with exit code 69'),
    'log lines about Redis': containing('WRONGPASS'),
  });
});

it('a Redis that is gone', async () => {
  const { code, failed } = await examine('redis-gone');
  expect(code).toBe(1);
  expect(failed).toEqual({
    'Redis pods': 'there is none with the label app=redis',
    'Redis Service': 'port 6379, 0 of 0 pods behind it ready',
    rollout: '0 of 3 replicas available, 3 up to date',
    pods: containing('Running, not ready'),
    'log lines about Redis': containing('Redis lost'),
    health: containing('no endpoints available'),
  });
});
