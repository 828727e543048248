import * as infra from '@user-management/infra';
import { describe, expect, it } from 'vitest';
import { FakeCluster, PASSWORD, secret } from '../testing/fake-cluster.ts';
import { examineCluster } from './index.ts';
import * as names from './names.ts';

const INSIDE =
  'kubectl exec --namespace saferoute deployment/user-management -- node tools/doctor/src/main.ts';

async function examine(change: (cluster: FakeCluster) => void) {
  const cluster = new FakeCluster();
  change(cluster);
  return examineCluster(cluster.kubectl);
}

const relabel = (cluster: FakeCluster, namespace: string, level: string | undefined) => {
  const { labels } = cluster.find('Namespace', namespace).metadata;
  labels['pod-security.kubernetes.io/enforce'] = level;
};

const setEverywhere = (cluster: FakeCluster, password: string) => {
  for (const namespace of ['data', 'saferoute']) {
    cluster.find('Secret', 'redis-secret', namespace).data = secret(namespace, password).data;
  }
};

const waiting = (reason: string, message: string) => ({ state: { waiting: { reason, message } } });

/** What is wrong, how it came to be, and which check says what about it. */
type Broken = [string, (cluster: FakeCluster) => void, { name: string; saw: string; mend: string }];
const BROKEN: readonly Broken[] = [
  [
    'no context is chosen',
    (cluster) => cluster.failures.set('config', 'error: current-context is not set'),
    { name: 'context', saw: 'current-context is not set', mend: 'kubectl config use-context' },
  ],
  [
    'the API server does not answer',
    (cluster) => cluster.failures.set('version', 'connection to the server was refused'),
    { name: 'API server', saw: 'was refused', mend: 'kubectl cluster-info' },
  ],
  [
    'a namespace is missing',
    (cluster) => cluster.remove('Namespace', 'saferoute'),
    { name: 'namespace saferoute', saw: 'there is none', mend: 'kubectl apply --filename infra/manifests' },
  ],
  [
    'Pod Security is not enforced',
    (cluster) => relabel(cluster, 'data', undefined),
    { name: 'namespace data', saw: 'no Pod Security', mend: 'kubectl label namespace data pod-security' },
  ],
  [
    'Pod Security is weaker',
    (cluster) => relabel(cluster, 'saferoute', 'baseline'),
    { name: 'namespace saferoute', saw: 'baseline only', mend: '=restricted --overwrite' },
  ],
  [
    'no Redis runs',
    (cluster) => cluster.remove('Pod', 'redis-0'),
    { name: 'Redis pods', saw: 'none with the label app=redis', mend: 'kubectl apply' },
  ],
  [
    'Redis is not ready',
    (cluster) => cluster.breakPod('redis-0', waiting('ImagePullBackOff', 'Back-off pulling image')),
    {
      name: 'Redis pods',
      saw: 'redis-0: Running, not ready; ImagePullBackOff',
      mend: 'kubectl describe pods',
    },
  ],
  [
    'a pod finds no node',
    (cluster) =>
      (cluster.find('Pod', 'redis-0').status = {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' },
        ],
      }),
    {
      name: 'Redis pods',
      saw: 'Pending, not ready; Unschedulable: 0/3 nodes',
      mend: 'kubectl describe pods',
    },
  ],
  [
    'the Service of Redis is missing',
    (cluster) => cluster.remove('Service', 'redis'),
    { name: 'Redis Service', saw: 'there is none', mend: 'kubectl apply' },
  ],
  [
    'no pod is behind the Service of Redis',
    (cluster) => (cluster.find('EndpointSlice', 'redis-x').endpoints = null),
    { name: 'Redis Service', saw: 'port 6379, 0 of 0 pods', mend: 'kubectl describe service redis' },
  ],
  [
    'the Secret is in one namespace alone, as in the guide',
    (cluster) => cluster.remove('Secret', 'redis-secret', 'saferoute'),
    { name: 'Secret redis-secret', saw: 'no key password in saferoute', mend: 'npm run secret -- --apply' },
  ],
  [
    'the Secrets differ',
    (cluster) =>
      (cluster.find('Secret', 'redis-secret', 'data').data = secret('data', 'another-password').data),
    {
      name: 'Secret redis-secret',
      saw: 'another password in data than in saferoute',
      mend: 'kubectl delete secret redis-secret --namespace data',
    },
  ],
  [
    'the password ends with a newline',
    (cluster) => setEverywhere(cluster, `${PASSWORD}\n`),
    { name: 'Secret redis-secret', saw: 'ends with a newline', mend: 'kubectl delete secret' },
  ],
  [
    'Secrets may not be read',
    (cluster) => cluster.failures.set('get secret', 'Error from server (Forbidden): secrets is forbidden'),
    { name: 'Secret redis-secret', saw: 'Forbidden', mend: 'kubectl auth can-i get secrets' },
  ],
  [
    'the ConfigMap is missing',
    (cluster) => cluster.remove('ConfigMap', 'user-management-config'),
    { name: 'ConfigMap user-management-config', saw: 'there is none', mend: 'kubectl apply' },
  ],
  [
    'a key of the ConfigMap is missing, one is not accepted, one is unknown',
    (cluster) => {
      const { data } = cluster.find('ConfigMap', 'user-management-config');
      delete data['redis.cache.ttl'];
      Object.assign(data, { 'log.level': 'loud', 'redis.ttl': '60' });
    },
    {
      name: 'ConfigMap user-management-config',
      saw:
        'redis.cache.ttl is missing\nlog.level is "loud"; accepted is trace or debug or info or ' +
        'warn or error or fatal or silent\nredis.ttl is no key',
      mend: 'kubectl apply',
    },
  ],
  [
    'the Deployment is missing',
    (cluster) => cluster.remove('Deployment', 'user-management'),
    { name: 'rollout', saw: 'there is no Deployment', mend: 'kubectl apply' },
  ],
  [
    'a rollout is under way',
    (cluster) => (cluster.find('Deployment', 'user-management').status.updatedReplicas = 1),
    { name: 'rollout', saw: '3 of 3 replicas available, 1 up to date', mend: 'kubectl rollout status' },
  ],
  [
    'a rollout is stuck',
    (cluster) =>
      Object.assign(cluster.find('Deployment', 'user-management').status, {
        updatedReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'False', message: 'has timed out progressing' }],
      }),
    { name: 'rollout', saw: 'has timed out progressing', mend: 'kubectl rollout undo' },
  ],
  [
    'there is no pod',
    (cluster) => {
      for (const { metadata } of cluster.pods('saferoute')) cluster.remove('Pod', metadata.name);
    },
    { name: 'pods', saw: 'there is none', mend: 'kubectl describe deployment/user-management' },
  ],
  [
    'a pod lacks the Secret',
    (cluster) =>
      cluster.breakPod(
        'user-management-a',
        waiting('CreateContainerConfigError', 'secret "redis-secret" not found'),
      ),
    { name: 'pods', saw: 'secret "redis-secret" not found', mend: 'npm run secret -- --apply' },
  ],
  [
    'the image is not found',
    (cluster) => cluster.breakPod('user-management-b', waiting('ErrImagePull', 'not found')),
    { name: 'pods', saw: 'ErrImagePull: not found', mend: 'npm run image' },
  ],
  [
    'the service ends as soon as it starts',
    (cluster) =>
      cluster.breakPod('user-management-c', {
        ...waiting('CrashLoopBackOff', 'back-off 40s'),
        restartCount: 4,
        lastState: { terminated: { exitCode: 78, reason: 'Error' } },
      }),
    {
      name: 'pods',
      saw: 'restarted 4 times; ended before with exit code 78 (it cannot start as it is configured)',
      mend: 'kubectl logs',
    },
  ],
  [
    'a pod has lost Redis',
    (cluster) =>
      cluster.logs.set(
        'user-management-b',
        '{"level":"info","msg":"Redis connected"}\n{"level":"warn","time":"T","msg":"Redis lost: ' +
          'requests get 503","err":{"message":"ECONNRESET"}}\n',
      ),
    {
      name: 'log lines about Redis',
      saw: 'user-management-b: T warn Redis lost',
      mend: INSIDE,
    },
  ],
  [
    'logs may not be read',
    (cluster) => cluster.failures.set('logs', 'Error from server (Forbidden): pods is forbidden'),
    { name: 'log lines about Redis', saw: 'Forbidden', mend: 'kubectl logs' },
  ],
  [
    'the service is degraded, which kubectl shows as an error without a body',
    (cluster) => {
      cluster.health = undefined;
      cluster.healthInPod = '{"status":"degraded","redis":"disconnected"}';
    },
    { name: 'health', saw: 'degraded, Redis disconnected (asked inside a pod', mend: INSIDE },
  ],
  [
    'no pod is behind the Service',
    (cluster) =>
      cluster.failures.set('get --raw', 'no endpoints available for service "http:user-management:http"'),
    { name: 'health', saw: 'no endpoints available', mend: 'kubectl describe service user-management' },
  ],
  [
    'health cannot be asked for in any way',
    (cluster) => (cluster.health = undefined),
    {
      name: 'health',
      saw: 'unable to handle the request; inside a pod: Error from server: unable to upgrade connection',
      mend: 'kubectl port-forward',
    },
  ],
];

describe('a cluster', () => {
  it('is well with our manifests applied', async () => {
    const results = await examine(() => undefined);
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it.each(BROKEN)('shows that %s', async (_, change, { name, saw, mend }) => {
    const result = (await examine(change)).find((one) => one.name === name);
    expect(result).toMatchObject({
      status: 'failed',
      saw: expect.stringContaining(saw) as string,
      mend: expect.stringContaining(mend) as string,
    });
  });

  it('is asked inside a pod where a NetworkPolicy keeps the API server out', async () => {
    const results = await examine((cluster) => {
      cluster.healthInPod = cluster.health;
      cluster.health = undefined;
    });
    expect(results.at(-1)).toMatchObject({ name: 'health', status: 'ok' });
  });

  it('may have pods that are stopping after a rollout', async () => {
    const results = await examine((cluster) => {
      cluster.breakPod('user-management-a', {});
      cluster.find('Pod', 'user-management-a').metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    expect(results.find(({ name }) => name === 'pods')).toMatchObject({
      status: 'ok',
      saw: expect.stringContaining('user-management-a: stopping') as string,
    });
  });

  it('is not asked for a Redis that is elsewhere', async () => {
    const results = await examine((cluster) => {
      const { env } = cluster.find('Deployment', 'user-management').spec.template.spec.containers[0] ?? {
        env: [],
      };
      for (const variable of env) if (variable.name === 'REDIS_HOST') variable.value = 'redis.example.com';
      for (const kind of ['Pod', 'StatefulSet']) cluster.remove(kind, 'redis-0');
      cluster.remove('Secret', 'redis-secret', 'data');
      cluster.remove('Namespace', 'data');
    });
    const skipped = results.filter(({ status }) => status === 'skipped').map(({ name }) => name);
    expect(skipped).toEqual(['namespace data', 'Redis pods', 'Redis Service']);
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('never shows a password, whatever else says it', async () => {
    const inBase64 = Buffer.from(PASSWORD).toString('base64');
    for (const [, change] of BROKEN) {
      const results = await examine((cluster) => {
        for (const { metadata } of cluster.pods('saferoute')) {
          cluster.logs.set(metadata.name, `Redis was told ${PASSWORD}, ${inBase64}\n`);
        }
        change(cluster);
      });
      expect(JSON.stringify(results)).not.toMatch(new RegExp(`${PASSWORD}|${inBase64}`));
    }
  });

  it('is looked for under the names that the manifests have', () => {
    expect(names).toMatchObject({
      NAMESPACE: infra.DEFAULT_NAMESPACES.service,
      DATA_NAMESPACE: infra.DEFAULT_NAMESPACES.data,
      SERVICE: infra.SERVICE,
      CONFIG_MAP: infra.CONFIG_MAP,
      REDIS: infra.REDIS,
    });
  });
});
