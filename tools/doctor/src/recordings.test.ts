import { expect, it } from 'vitest';
import { PASSWORD } from './testing/fake-cluster.ts';
import { readRecording, replayKubectl } from './testing/fake-kubectl.ts';
import { runDoctor } from './testing/run-doctor.ts';

/**
 * The answers of a cluster with Kubernetes 1.34, to which the production manifests were applied. A list that
 * the doctor asks for since then was made of the objects that were recorded.
 */
async function examine(recording: string) {
  const folder = replayKubectl(readRecording(recording));
  const { code, stdout } = await runDoctor(['--cluster', '--json'], { PATH: `${folder}:/usr/bin:/bin` });
  expect(stdout).not.toContain('not recorded');
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
    Secrets: 'Secret redis-secret in the namespace saferoute has no key password.',
    rollout: '3 of 3 replicas are available, 1 are up to date.',
    pods: containing('CreateContainerConfigError: secret "redis-secret" not found'),
  });
});

it('a rollout with another password than that of Redis', async () => {
  const { code, failed } = await examine('wrong-password');
  expect(code).toBe(1);
  expect(failed).toEqual({
    Secrets: 'The passwords of Redis in the namespaces saferoute and data differ.',
    rollout: '3 of 3 replicas are available, 1 are up to date.',
    pods: containing('ended before with exit code 69'),
    'log lines about Redis': containing('WRONGPASS'),
  });
});

it('a Redis that is gone', async () => {
  const { code, failed } = await examine('redis-gone');
  expect(code).toBe(1);
  expect(failed).toEqual({
    'Redis pods': containing('No pod in the namespace data has the label'),
    'Redis Service': 'Service redis has port 6379; 0 of 0 pods behind it are ready.',
    rollout: '0 of 3 replicas are available, 3 are up to date.',
    pods: containing('Running, not ready'),
    'log lines about Redis': containing('Redis lost'),
    health: containing('no endpoints available'),
  });
});
