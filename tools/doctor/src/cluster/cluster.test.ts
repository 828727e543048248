import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as infra from '@user-management/infra';
import { describe, expect, it } from 'vitest';
import { FakeCluster, PASSWORD, secret } from '../testing/fake-cluster.ts';
import { temporaryFolder } from '../testing/examine.ts';
import { examineCluster } from './index.ts';
import { applyManifest } from './manifests.ts';
import * as names from './names.ts';

const INSIDE =
  'kubectl exec --namespace saferoute deployment/user-management --container user-management -- node ' +
  'doctor.cjs';

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

const takeRedisAway = (cluster: FakeCluster) => {
  for (const kind of ['Pod', 'StatefulSet']) cluster.remove(kind, 'redis-0');
  cluster.remove('Secret', 'redis-secret', 'data');
  cluster.remove('Namespace', 'data');
};

type Results = Awaited<ReturnType<typeof examineCluster>>;
const named = (results: Results, wanted: string) =>
  results.filter(({ status }) => status === wanted).map(({ name }) => name);
const skippedOf = (results: Results) => named(results, 'skipped');
const failedOf = (results: Results) => results.filter(({ status }) => status === 'failed');

const waiting = (reason: string, message: string) => ({ state: { waiting: { reason, message } } });

/** A fault, the change that causes it, and the check that reports it. */
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
    {
      name: 'namespace of the service',
      saw: 'There is no namespace saferoute.',
      mend: 'kubectl apply --filename infra/manifests/production/namespaces.yml',
    },
  ],
  [
    'Pod Security is not enforced',
    (cluster) => relabel(cluster, 'data', undefined),
    { name: 'namespace of Redis', saw: 'no Pod Security', mend: 'kubectl label namespace data pod-security' },
  ],
  [
    'Pod Security is weaker',
    (cluster) => relabel(cluster, 'saferoute', 'baseline'),
    { name: 'namespace of the service', saw: 'baseline only', mend: '=restricted --overwrite' },
  ],
  [
    'no Redis runs',
    (cluster) => cluster.remove('Pod', 'redis-0'),
    { name: 'Redis pods', saw: 'No pod in the namespace data has the label', mend: 'kubectl apply' },
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
    { name: 'Redis Service', saw: 'There is no Service redis in the namespace data.', mend: 'kubectl apply' },
  ],
  [
    'the Service of Redis has no pod',
    (cluster) => (cluster.find('EndpointSlice', 'redis-x').endpoints = null),
    { name: 'Redis Service', saw: 'has port 6379; 0 of 0 pods', mend: 'kubectl describe service redis' },
  ],
  [
    'the Secret is in one namespace only, as in the guide',
    (cluster) => cluster.remove('Secret', 'redis-secret', 'saferoute'),
    {
      name: 'Secrets',
      saw: 'Secret redis-secret in the namespace saferoute has no key password.',
      mend: 'npm run secret -- --apply',
    },
  ],
  [
    'the Secrets differ',
    (cluster) =>
      (cluster.find('Secret', 'redis-secret', 'data').data = secret('data', 'another-password').data),
    {
      name: 'Secrets',
      saw: 'The passwords of Redis in the namespaces saferoute and data differ.',
      mend: 'kubectl delete secret redis-secret --namespace data',
    },
  ],
  [
    'the password ends with a newline',
    (cluster) => setEverywhere(cluster, `${PASSWORD}\n`),
    { name: 'Secrets', saw: 'ends with a newline', mend: 'kubectl delete secret' },
  ],
  [
    'Secrets may not be read',
    (cluster) => cluster.failures.set('get secret', 'Error from server (Forbidden): secrets is forbidden'),
    { name: 'Secrets', saw: 'Forbidden', mend: 'kubectl auth can-i get secrets' },
  ],
  [
    'the ConfigMap is missing',
    (cluster) => cluster.remove('ConfigMap', 'user-management-config'),
    { name: 'ConfigMap', saw: 'There is no ConfigMap user-management-config', mend: 'kubectl apply' },
  ],
  [
    'a key of the ConfigMap is missing, one has an invalid value, and one is unknown',
    (cluster) => {
      const { data } = cluster.find('ConfigMap', 'user-management-config');
      delete data['redis.cache.ttl'];
      Object.assign(data, { 'log.level': 'loud', 'redis.ttl': '60' });
    },
    {
      name: 'ConfigMap',
      saw:
        'The key redis.cache.ttl is missing.\nThe key log.level is "loud". It must be trace, debug, info, ' +
        'warn, error, fatal or silent.\nNo variable of the Deployment uses the key redis.ttl.',
      mend: 'kubectl apply',
    },
  ],
  [
    'the Deployment is missing',
    (cluster) => cluster.remove('Deployment', 'user-management'),
    {
      name: 'Deployment',
      saw: 'No Deployment has the label',
      mend: 'kubectl apply --filename infra/manifests/',
    },
  ],
  [
    'a rollout is under way',
    (cluster) => (cluster.find('Deployment', 'user-management').status.updatedReplicas = 1),
    {
      name: 'rollout',
      saw: '3 of 3 replicas are available, 1 are up to date.',
      mend: 'kubectl rollout status',
    },
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
    'no pod exists',
    (cluster) => {
      for (const { metadata } of cluster.pods('saferoute')) cluster.remove('Pod', metadata.name);
    },
    { name: 'pods', saw: 'has no pod', mend: 'kubectl describe deployment/user-management' },
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
      saw: 'restarted 4 times; ended before with exit code 78 (the configuration is not valid)',
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
    {
      name: 'log lines about Redis',
      saw: 'Forbidden',
      mend: 'kubectl auth can-i get pods --subresource=log',
    },
  ],
  [
    'the service refuses a list',
    (cluster) => {
      cluster.setEnv({ WEBHOOKS_FILE: '/etc/user-management/webhooks/list.json' });
      cluster.internalHealth = JSON.stringify({
        files: [
          { variable: 'SERVICE_TOKENS_FILE', problem: null },
          { variable: 'WEBHOOKS_FILE', problem: 'Line 2: url must have https:' },
        ],
      });
    },
    {
      name: 'internal port',
      saw: 'WEBHOOKS_FILE is refused: Line 2: url must have https:',
      mend: 'kubectl logs',
    },
  ],
  [
    'the internal port does not answer',
    (cluster) => {
      cluster.setEnv({ SERVICE_TOKENS_FILE: '/etc/user-management/service-tokens/list.json' });
    },
    { name: 'internal port', saw: 'unable to upgrade connection', mend: '8081:8081' },
  ],
  [
    'the service is degraded, which kubectl shows as an error without a body',
    (cluster) => {
      cluster.health = undefined;
      cluster.healthInPod = '{"status":"degraded","redis":"disconnected"}';
    },
    {
      name: 'health',
      saw: 'The service is degraded, and Redis is disconnected (asked inside a pod',
      mend: INSIDE,
    },
  ],
  [
    'the Service has no pod',
    (cluster) =>
      cluster.failures.set('get --raw', 'no endpoints available for service "http:user-management:http"'),
    { name: 'health', saw: 'no endpoints available', mend: 'kubectl describe service user-management' },
  ],
  [
    'health cannot be read in any way',
    (cluster) => (cluster.health = undefined),
    {
      name: 'health',
      saw: 'unable to handle the request; inside a pod: Error from server: unable to upgrade connection',
      mend: 'kubectl port-forward',
    },
  ],
];

describe('a cluster', () => {
  it('has no fault with the manifests applied', async () => {
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

  it('is asked inside a pod when a NetworkPolicy blocks the API server', async () => {
    const results = await examine((cluster) => {
      cluster.healthInPod = cluster.health;
      cluster.health = undefined;
    });
    expect(results.at(-1)).toMatchObject({ name: 'health', status: 'ok' });
  });

  it('has lists in force, as the internal port says', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ WEBHOOKS_FILE: '/etc/user-management/webhooks/list.json' });
      cluster.internalHealth = JSON.stringify({ files: [{ variable: 'WEBHOOKS_FILE', problem: null }] });
    });
    expect(results.find(({ name }) => name === 'internal port')).toMatchObject({
      status: 'ok',
      saw: 'These lists are in force: WEBHOOKS_FILE.',
    });
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

  it('is not asked for a Redis outside the cluster', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ REDIS_HOST: 'redis.example.com' });
      takeRedisAway(cluster);
    });
    expect(skippedOf(results)).toEqual(['namespace of Redis', 'Redis Service', 'Redis pods']);
    expect(failedOf(results)).toEqual([]);
  });

  it('may use sentinels outside the cluster', async () => {
    const results = await examine((cluster) => {
      const REDIS_NODES = 's1.example.com:26379,s2.example.com:26379';
      cluster.setEnv({ REDIS_HOST: undefined, REDIS_PORT: undefined, REDIS_MODE: 'sentinel', REDIS_NODES });
      takeRedisAway(cluster);
    });
    expect(failedOf(results)).toEqual([]);
    expect(results.find(({ name }) => name === 'Redis of the service')?.saw).toBe(
      'The service uses Redis (sentinel) at s1.example.com:26379, s2.example.com:26379, outside this ' +
        'cluster.',
    );
  });

  it('may have a Redis Cluster in another namespace, behind one Service', async () => {
    const results = await examine((cluster) => {
      const nodes = [0, 1].map((n) => `redis-${n}.redis.shards.svc.cluster.local:6379`).join(',');
      cluster.setEnv({
        REDIS_HOST: undefined,
        REDIS_PORT: undefined,
        REDIS_MODE: 'cluster',
        REDIS_NODES: nodes,
      });
      cluster.moveNamespace('data', 'shards');
    });
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(results.find(({ name }) => name === 'namespace of Redis')?.saw).toContain('Namespace shards');
  });

  it('may have the mode of Redis in a ConfigMap', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ REDIS_HOST: undefined, REDIS_MODE: undefined });
      cluster.env.push({
        name: 'REDIS_HOST',
        valueFrom: { configMapKeyRef: { name: 'user-management-config', key: 'redis.host' } },
      });
      cluster.find('ConfigMap', 'user-management-config').data['redis.host'] = 'redis.example.com';
    });
    expect(results.find(({ name }) => name === 'Redis of the service')?.saw).toContain(
      'redis.example.com:6379',
    );
  });

  it('has no limits per client address without trusted proxies', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ TRUSTED_PROXIES: undefined });
    });
    expect(results.filter(({ status }) => status !== 'ok')).toMatchObject([
      {
        name: 'client addresses',
        status: 'warning',
        saw: 'TRUSTED_PROXIES is unset in Kubernetes, so the limits per client address are off.',
        mend: expect.stringContaining('set TRUSTED_PROXIES') as string,
      },
    ]);
  });

  it('is found in the namespaces that an environment names', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ REDIS_HOST: 'redis.cache.svc.cluster.local' });
      cluster.moveNamespace('saferoute', 'accounts');
      cluster.moveNamespace('data', 'cache');
    });
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(results.find(({ name }) => name === 'Deployment')?.saw).toContain('namespace accounts');
  });

  it('is found by the label app only', async () => {
    const results = await examine((cluster) => {
      for (const { metadata } of cluster.objects) {
        if (metadata.labels['app'] === 'user-management') metadata.labels = { app: 'user-management' };
      }
      Object.assign(cluster.find('Deployment', 'user-management').spec, {
        selector: { matchLabels: { app: 'user-management' } },
      });
    });
    expect(failedOf(results)).toEqual([]);
  });

  it('may have Redis in the namespace of the service, under a name without a dot', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ REDIS_HOST: 'redis' });
      cluster.remove('Secret', 'redis-secret', 'data');
      cluster.moveNamespace('data', 'saferoute');
    });
    expect(skippedOf(results)).toEqual(['namespace of Redis']);
    expect(failedOf(results)).toEqual([]);
  });

  it('may have another Redis with another name of its Secret', async () => {
    const results = await examine((cluster) => {
      delete cluster.find('Service', 'redis').metadata.labels['app.kubernetes.io/part-of'];
      cluster.remove('Secret', 'redis-secret', 'data');
    });
    expect(failedOf(results)).toEqual([]);
  });

  it('may pass secrets as variables instead of files', async () => {
    const results = await examine((cluster) => {
      cluster.setEnv({ REDIS_PASSWORD_FILE: undefined });
      cluster.env.push({
        name: 'REDIS_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'redis-secret', key: 'passphrase' } },
      });
    });
    expect(results.find(({ name }) => name === 'Secrets')).toMatchObject({
      status: 'failed',
      saw: expect.stringContaining('has no key passphrase') as string,
    });
  });

  it('may have several environments, and the context chooses one', async () => {
    const twice = (cluster: FakeCluster) => {
      const other = structuredClone(cluster.find('Deployment', 'user-management'));
      other.metadata.namespace = 'staging';
      cluster.add(other);
    };
    const undecided = (await examine(twice)).find(({ name }) => name === 'Deployment');
    expect(undecided).toMatchObject({
      status: 'failed',
      saw:
        'The cluster has several Deployments of the service: saferoute/user-management, ' +
        'staging/user-management.',
      mend: expect.stringContaining('kubectl config set-context --current --namespace=') as string,
    });
    const results = await examine((cluster) => {
      twice(cluster);
      cluster.namespace = 'saferoute';
    });
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it('can be examined with the rights of one namespace', async () => {
    const forbidden = 'Error from server (Forbidden): … is forbidden';
    const results = await examine((cluster) => {
      cluster.namespace = 'saferoute';
      cluster.failures.set('get deployments --all-namespaces', forbidden);
      cluster.failures.set('get namespace ', forbidden);
    });
    expect(skippedOf(results)).toEqual(['namespace of the service', 'namespace of Redis']);
    expect(failedOf(results)).toEqual([]);
  });

  it('never shows a password, even when a log contains it', async () => {
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

  it('is searched by the names in the manifests', () => {
    expect(names).toMatchObject({ SERVICE: infra.SERVICE, REDIS: infra.REDIS });
  });
});

describe('a command that applies a manifest', () => {
  it('names only files that exist', () => {
    const folder = temporaryFolder();
    expect(applyManifest('redis.yml', `${folder}/nowhere`)).toBe(
      'Apply the manifests of this environment again.',
    );
    for (const name of ['eu', 'us']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'user-management.yml'), '');
    }
    writeFileSync(join(folder, 'eu', 'redis.yml'), '');
    expect(applyManifest('redis.yml', folder)).toBe('kubectl apply --filename infra/manifests/eu/redis.yml');
    expect(applyManifest('user-management.yml', folder)).toBe(
      `Apply the file of this environment:
kubectl apply --filename infra/manifests/eu/user-management.yml
kubectl apply --filename infra/manifests/us/user-management.yml`,
    );
  });
});
