import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import yaml from 'yaml';
import { type Kubectl, KubectlFailed } from '../cluster/kubectl.ts';

const MANIFESTS = fileURLToPath(new URL('../../../../infra/manifests/production/', import.meta.url));

/** The password of Redis in the Secrets of the cluster. */
export const PASSWORD = 'correct-horse-battery-staple';

/** An object of the API, with the fields that tests change. Each kind has only some of them. */
interface FakeObject {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels: Record<string, string | undefined>;
    generation?: number;
    deletionTimestamp?: string;
  };
  spec: {
    replicas?: number;
    selector?: object;
    template: {
      metadata: Pick<FakeObject['metadata'], 'labels'>;
      spec: { containers: FakeContainer[] };
    };
  };
  status: {
    phase?: string;
    conditions?: object[];
    containerStatuses?: object[];
    updatedReplicas?: number;
  };
  data: Record<string, string | undefined>;
  endpoints: object[] | null;
}

interface FakeContainer {
  name?: string;
  env: FakeVariable[];
}

interface FakeVariable {
  name: string;
  value?: string | undefined;
  valueFrom?: object;
}

/** A fake of a cluster with the manifests applied, as kubectl shows it. Selectors really select. */
export class FakeCluster {
  readonly objects: FakeObject[] = ['namespaces', 'redis', 'user-management'].flatMap(readManifest);
  readonly logs = new Map<string, string>();
  /** The error of a command, by the beginning of its command line. */
  readonly failures = new Map<string, string>();
  context = 'a-cluster';
  /** The namespace of the context. */
  namespace = '';
  health: string | undefined = JSON.stringify({
    status: 'ok',
    service: 'user_management',
    redis: 'connected',
  });
  healthInPod: string | undefined;
  internalHealth: string | undefined;

  constructor() {
    for (const namespace of ['saferoute', 'data']) this.add(secret(namespace, PASSWORD));
    Object.assign(this.find('Deployment', 'user-management'), {
      status: { observedGeneration: 1, updatedReplicas: 3, availableReplicas: 3 },
    });
    this.find('Deployment', 'user-management').metadata.generation = 1;
    this.find('Deployment', 'user-management').spec.replicas = 3;
    for (const n of ['a', 'b', 'c']) this.#addPod(`user-management-${n}`, 'Deployment', 'user-management');
    this.#addPod('redis-0', 'StatefulSet', 'redis');
    this.add({
      kind: 'EndpointSlice',
      metadata: { name: 'redis-x', namespace: 'data', labels: { 'kubernetes.io/service-name': 'redis' } },
      endpoints: [{ conditions: { ready: true } }],
    });
    this.setEnv({ TRUSTED_PROXIES: '10.0.0.0/8' });
    for (const pod of this.pods('saferoute')) this.logs.set(pod.metadata.name, CONNECTED);
  }

  find(kind: string, name: string, namespace?: string): FakeObject {
    const found = this.objects.find((object) => isNamed(object, kind, name, namespace));
    if (!found) throw new Error(`no ${kind} ${name}`);
    return found;
  }

  /** The variables of the service. */
  get env(): FakeVariable[] {
    return this.find('Deployment', 'user-management').spec.template.spec.containers[0]?.env ?? [];
  }

  /** Changes the variables of the service. Those without a value are removed. */
  setEnv(values: Record<string, string | undefined>): void {
    const env = this.env.filter(({ name }) => !(name in values));
    for (const [name, value] of Object.entries(values)) if (value !== undefined) env.push({ name, value });
    this.env.splice(0, this.env.length, ...env);
  }

  /** Moves everything of one namespace to another. */
  moveNamespace(from: string, to: string): void {
    for (const { kind, metadata } of this.objects) {
      if (metadata.namespace === from) metadata.namespace = to;
      if (kind === 'Namespace' && metadata.name === from) metadata.name = to;
    }
  }

  add(object: Partial<FakeObject>): void {
    this.objects.push(object as FakeObject);
  }

  pods(namespace: string): FakeObject[] {
    return this.objects.filter(({ kind, metadata }) => kind === 'Pod' && metadata.namespace === namespace);
  }

  remove(kind: string, name: string, namespace?: string): void {
    const rest = this.objects.filter((object) => !isNamed(object, kind, name, namespace));
    this.objects.splice(0, this.objects.length, ...rest);
  }

  /** Makes a pod with a container that was never ready. */
  breakPod(name: string, status: object): void {
    const pod = this.find('Pod', name);
    pod.status.conditions = [{ type: 'Ready', status: 'False' }];
    pod.status.containerStatuses = [{ restartCount: 0, ...status, ready: false }];
  }

  readonly kubectl: Kubectl = async (...args) => {
    await Promise.resolve();
    const line = args.join(' ');
    const failure = [...this.failures].find(([beginning]) => line.startsWith(beginning))?.[1];
    if (failure !== undefined) throw new KubectlFailed(failure);
    return this.#answer(args);
  };

  #answer(args: readonly string[]): string {
    const [verb = '', noun = '', name = ''] = args;
    if (verb === 'config') return noun === 'view' ? this.namespace : `${this.context}\n`;
    if (verb === 'version') return JSON.stringify({ serverVersion: { gitVersion: 'v1.36.0' } });
    if (verb === 'logs') return this.logs.get(noun) ?? fail(`pods "${noun}" not found`);
    if (verb === 'exec') {
      const health = args.at(-1)?.includes('INTERNAL_PORT') ? this.internalHealth : this.healthInPod;
      return health ?? fail('unable to upgrade connection');
    }
    if (verb !== 'get') return fail(`unknown command ${args.join(' ')}`);
    if (noun === '--raw') return this.health ?? fail('the server is currently unable to handle the request');
    return name.startsWith('--') ? this.#list(noun, args) : this.#get(noun, name, args);
  }

  #get(kind: string, name: string, args: readonly string[]): string {
    const found = this.objects.find((object) => isNamed(object, kind, name, option(args, '--namespace')));
    return found ? JSON.stringify(found) : '';
  }

  #list(kinds: string, args: readonly string[]): string {
    const selector = (option(args, '--selector') ?? '').split(',').map((label) => label.split('='));
    const namespace = args.includes('--all-namespaces')
      ? undefined
      : (option(args, '--namespace') ?? this.namespace);
    const items = this.objects.filter(
      ({ kind, metadata }) =>
        `${kind.toLowerCase()}s` === kinds &&
        (namespace === undefined || metadata.namespace === namespace) &&
        selector.every(([label = '', value]) => metadata.labels[label] === value),
    );
    return JSON.stringify({ kind: 'List', items });
  }

  #addPod(name: string, kind: string, of: string): void {
    const { spec, metadata } = this.find(kind, of);
    this.add({
      kind: 'Pod',
      metadata: { ...spec.template.metadata, name, namespace: metadata.namespace ?? '' },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ ready: true, restartCount: 0, state: { running: {} } }],
      },
    });
  }
}

const CONNECTED = [
  {
    level: 'info',
    time: '2026-11-22T20:00:00.000Z',
    redis: { host: 'redis.data.svc.cluster.local' },
    msg: 'Redis connected',
  },
  { level: 'info', time: '2026-11-22T20:00:01.000Z', msg: 'Something else' },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

export const secret = (namespace: string, password: string) => ({
  kind: 'Secret',
  metadata: { name: 'redis-secret', namespace, labels: {} },
  data: { password: Buffer.from(password).toString('base64') },
});

const readManifest = (name: string): FakeObject[] =>
  yaml
    .parseAllDocuments(readFileSync(`${MANIFESTS}${name}.yml`, 'utf8'))
    .map((document) => document.toJSON() as FakeObject);

const isNamed = (object: FakeObject, kind: string, name: string, namespace?: string): boolean =>
  object.kind.toLowerCase() === kind.toLowerCase() &&
  object.metadata.name === name &&
  (namespace === undefined || object.metadata.namespace === namespace);

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}

function fail(message: string): never {
  throw new KubectlFailed(`Error from server: ${message}`);
}
