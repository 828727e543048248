import { expect, it, onTestFinished, vi } from 'vitest';
import { examineCluster } from './cluster/index.ts';
import { asJson, isWell } from './report.ts';
import { PASSWORD } from './testing/fake-cluster.ts';
import { readRecording, replayKubectl } from './testing/fake-kubectl.ts';

/**
 * Answers of a cluster with Kubernetes 1.34 and the production manifests. Lists that the doctor reads only
 * since then were made from the recorded objects.
 */
async function examine(recording: string) {
  vi.stubEnv('PATH', `${replayKubectl(readRecording(recording))}:/usr/bin:/bin`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const results = await examineCluster();
  expect(asJson(results)).not.toContain('not recorded');
  expect(asJson(results)).not.toContain(PASSWORD);
  const failed = results.flatMap((one) => (one.status === 'failed' ? [[one.name, one.saw] as const] : []));
  return { well: isWell(results), failed: Object.fromEntries(failed) };
}

const containing = (text: string) => expect.stringContaining(text) as string;

it('a cluster without a fault', async () => {
  expect(await examine('well')).toEqual({ well: true, failed: {} });
});

it('a rollout with old pods that still stop', async () => {
  expect(await examine('rolled-out')).toEqual({ well: true, failed: {} });
});

it('a rollout without a Secret', async () => {
  const { well, failed } = await examine('secret-missing');
  expect(well).toBe(false);
  expect(failed).toEqual({
    Secrets: 'Secret redis-secret in the namespace saferoute has no key password.',
    rollout: '3 of 3 replicas are available, 1 are up to date.',
    pods: containing('CreateContainerConfigError: secret "redis-secret" not found'),
  });
});

it('a rollout with a wrong password of Redis', async () => {
  const { well, failed } = await examine('wrong-password');
  expect(well).toBe(false);
  expect(failed).toEqual({
    Secrets: 'The passwords of Redis in the namespaces saferoute and data differ.',
    rollout: '3 of 3 replicas are available, 1 are up to date.',
    pods: containing('ended before with exit code 69'),
    'log lines about Redis': containing('WRONGPASS'),
  });
});

it('a missing Redis', async () => {
  const { well, failed } = await examine('redis-gone');
  expect(well).toBe(false);
  expect(failed).toEqual({
    'Redis pods': containing('No pod in the namespace data has the label'),
    'Redis Service': 'Service redis has port 6379; 0 of 0 pods behind it are ready.',
    rollout: '0 of 3 replicas are available, 3 are up to date.',
    pods: containing('Running, not ready'),
    'log lines about Redis': containing('Redis lost'),
    health: containing('no endpoints available'),
  });
});
