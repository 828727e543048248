import { ApiObject, App, type Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { InvalidOptions } from '../environment/check-environment.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { Postgres } from './postgres/postgres.ts';
import { Redis, type RedisProps } from './redis/redis.ts';
import { UserManagement, type UserManagementProps } from './user-management/user-management.ts';

const REDIS: RedisProps = { namespace: 'cache', memory: '2Gi', storage: '16Gi' };
const IMAGE = 'registry.example/user-management:1.2.3';

type Given = Partial<UserManagementProps>;

function made(given: Given = {}, redis: Partial<RedisProps> = {}) {
  const app = new App();
  const cache = new Redis(app, 'redis', { ...REDIS, ...redis });
  const service = new UserManagement(app, 'users', {
    namespace: 'accounts',
    image: IMAGE,
    redis: cache,
    ...given,
  });
  return { app, cache, service };
}

const yaml = (chart: Chart): string => JSON.stringify(chart.toJson());

const networkOf = (chart: Chart) =>
  (chart.toJson() as { kind: string; spec: object }[]).find(({ kind }) => kind === 'NetworkPolicy')?.spec;

const problems = (work: () => unknown): readonly string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof InvalidOptions) return error.problems;
    throw error;
  }
};

describe('the constructs', () => {
  it('follow their namespaces: host, network policies, alerts, Secrets', () => {
    const { app, cache, service } = made();
    const monitoring = new Monitoring(app, 'monitoring', { of: service, select: {} });
    expect(yaml(service)).toContain('"value":"redis.cache.svc.cluster.local"');
    expect(yaml(service)).toContain('"kubernetes.io/metadata.name":"cache"');
    expect(yaml(cache)).toContain('"kubernetes.io/metadata.name":"accounts"');
    expect(yaml(monitoring)).toContain(String.raw`namespace=\"accounts\", job=\"user-management\"`);
    expect(service.neededSecrets.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'cache/redis-secret',
      'accounts/redis-secret',
    ]);
    expect(yaml(service) + yaml(cache) + yaml(monitoring)).not.toMatch(/saferoute[^/]|"data\./);
  });

  it('allow a team to add its own objects', () => {
    const { service } = made();
    new ApiObject(service, 'own', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own' } });
    const own = (service.toJson() as { metadata: { name: string; namespace: string } }[]).at(-1);
    expect(own?.metadata).toMatchObject({ name: 'own', namespace: 'accounts' });
    expect(service).toMatchObject({ serviceName: 'user-management', port: 80, containerPort: 8080 });
    expect(service.deployment.name).toBe('user-management');
  });

  it('allow the pods of the service to reach Redis, and no neighbour in their namespace', () => {
    const client = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'accounts' } },
      podSelector: { matchLabels: made().service.podLabels },
    };
    expect(networkOf(made().cache)).toMatchObject({ ingress: [{ from: [client] }] });
  });

  it('allow no client of Redis without a service', () => {
    expect(networkOf(new Redis(new App(), 'redis', REDIS))).not.toHaveProperty('ingress');
  });

  it('are checked like environments', () => {
    expect(problems(() => made({ image: 'users:latest', replicas: 0 }))).toEqual([
      expect.stringMatching(/^image is "users:latest". It must be /),
      expect.stringMatching(/^replicas is 0. It must be /),
    ]);
    expect(problems(() => made({}, { storage: '2Gi' }))).toEqual([
      expect.stringMatching(/^storage is "2Gi". It must be/),
    ]);
    expect(problems(() => made({}, { holdsUsers: false }))).toEqual([
      'redis.holdsUsers is false. With users in Redis it must be true.',
    ]);
  });

  it('accept the PostgreSQL of the same app within its connections', () => {
    const { app, cache } = made();
    const database = new Postgres(app, 'postgres', {
      ...{ namespace: 'accounts', instances: 3, cpu: '1', memory: '2Gi', storage: '20Gi' },
      operatorNamespace: 'cnpg-system',
    });
    const service = (replicas: number) =>
      new UserManagement(app, `users-${replicas}`, {
        ...{ namespace: 'accounts', image: IMAGE, redis: cache, users: database, replicas },
      });
    expect(yaml(service(5))).toContain('/etc/user-management/user-management-db-app/uri');
    expect(problems(() => service(9))).toEqual([
      expect.stringMatching(/^users.maxConnections is 100. It must be/),
    ]);
  });
});

describe('the pods', () => {
  const pod = (given: Given) => {
    const { service } = made(given);
    const [deployment] = (
      service.toJson() as { kind: string; spec: { replicas?: number; template: Template } }[]
    ).filter(({ kind }) => kind === 'Deployment');
    return deployment?.spec as { replicas?: number; template: Template };
  };

  it('have the options of the environment in addition to their own needs', () => {
    const { replicas, template } = pod({
      replicas: 5,
      labels: { team: 'identity' },
      annotations: { 'example.com/owner': 'identity' },
      env: { UV_THREADPOOL_SIZE: '4', TOKEN: { secret: 'own', key: 'token' } },
      resources: { cpu: '0.5', memory: '512M', limits: { cpu: '2' } },
      pod: {
        nodeSelector: { pool: 'general' },
        tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
        imagePullSecrets: ['registry'],
        volumes: [{ name: 'extra', configMap: { name: 'extra' } }],
        volumeMounts: [{ name: 'extra', mountPath: '/extra' }],
        sidecars: [{ name: 'proxy', image: 'proxy:1.2.3' }],
        serviceAccount: { name: 'identity' },
      },
    });
    expect(replicas).toBe(5);
    expect(template.metadata).toMatchObject({
      labels: { team: 'identity', app: 'user-management' },
      annotations: { 'example.com/owner': 'identity' },
    });
    const [main, sidecar] = template.spec['containers'] as Record<string, unknown>[];
    expect(template.spec).toMatchObject({
      nodeSelector: { pool: 'general' },
      imagePullSecrets: [{ name: 'registry' }],
      serviceAccountName: 'identity',
      tolerations: [{ key: 'spot' }],
    });
    expect(main).toMatchObject({
      env: expect.arrayContaining([
        { name: 'UV_THREADPOOL_SIZE', value: '4' },
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'own', key: 'token' } } },
      ]) as unknown,
      resources: { requests: { cpu: '0.5', memory: '512M' }, limits: { cpu: '2', memory: '512M' } },
      volumeMounts: expect.arrayContaining([{ name: 'extra', mountPath: '/extra' }]) as unknown,
    });
    expect(sidecar).toMatchObject({ name: 'proxy', securityContext: { readOnlyRootFilesystem: true } });
  });

  it('leave user and group to OpenShift', () => {
    const { template } = pod({ podSecurity: 'openshift' });
    expect(template.spec['securityContext']).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('take secrets as variables on request', () => {
    const { template } = pod({ secretsAs: 'variables' });
    expect(JSON.stringify(template)).toContain('"secretKeyRef":{"key":"password","name":"redis-secret"}');
    expect(JSON.stringify(template)).not.toContain('REDIS_PASSWORD_FILE');
  });

  it('find certificates of an external Redis and PostgreSQL', () => {
    const { template } = pod({
      settings: { REDIS_HOST: 'redis.example', REDIS_TLS: 'true' },
      redis: {
        kind: 'elsewhere',
        at: [{ cidr: '10.0.0.0/8' }],
        ca: { configMap: 'company-ca', key: 'ca.pem' },
        clientCertificate: { secret: 'redis-client' },
      },
      users: { in: 'postgres', at: [{ cidr: '10.0.0.0/8' }], ca: { secret: 'db-ca', key: 'ca.crt' } },
    });
    const [{ env }] = template.spec['containers'] as [{ env: { name: string; value: string }[] }];
    const files = env.filter(({ name }) => /_(?:CA|CERT|KEY)_FILE$/.test(name));
    expect(Object.fromEntries(files.map(({ name, value }) => [name, value]))).toEqual({
      REDIS_TLS_CA_FILE: '/etc/redis-ca/ca.crt',
      REDIS_TLS_CERT_FILE: '/etc/redis-client/tls.crt',
      REDIS_TLS_KEY_FILE: '/etc/redis-client/tls.key',
      DATABASE_CA_FILE: '/etc/database-ca/ca.crt',
    });
  });
});

interface Template {
  readonly metadata: object;
  readonly spec: Readonly<Record<string, unknown>>;
}
