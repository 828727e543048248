import { once } from '../once.ts';
import type { Kubectl } from './kubectl.ts';
import { DATA_NAMESPACE, NAMESPACE, SERVICE, SERVICE_SELECTOR } from './names.ts';
import type { Deployment, List, Pod } from './objects.ts';

/** A Kubernetes cluster as kubectl sees it; what several checks look at is asked for once. */
export class Cluster {
  readonly kubectl: Kubectl;
  readonly deployment: () => Promise<Deployment | undefined>;
  readonly pods: () => Promise<readonly Pod[]>;
  /** Whatever must not be seen. */
  readonly secrets = new Set<string>();

  constructor(kubectl: Kubectl) {
    this.kubectl = kubectl;
    this.deployment = once(() => this.get<Deployment>('deployment', SERVICE, NAMESPACE));
    this.pods = once(() => this.list<Pod>('pods', SERVICE_SELECTOR, NAMESPACE));
  }

  /** `undefined` when there is none of that name. @throws {KubectlFailed} */
  async get<T>(kind: string, name: string, namespace?: string): Promise<T | undefined> {
    const where = namespace === undefined ? [] : ['--namespace', namespace];
    const json = await this.kubectl('get', kind, name, ...where, '--ignore-not-found', '--output=json');
    return json.trim() === '' ? undefined : (JSON.parse(json) as T);
  }

  /** @throws {KubectlFailed} */
  async list<T>(kind: string, selector: string, namespace: string): Promise<readonly T[]> {
    const query = ['get', kind, '--namespace', namespace, '--selector', selector, '--output=json'];
    return (JSON.parse(await this.kubectl(...query)) as List<T>).items;
  }

  /** The Redis that the service is told to use, if that is none of the namespace for data. */
  async redisElsewhere(): Promise<string | undefined> {
    const variables = (await this.deployment())?.spec.template.spec.containers.flatMap(({ env = [] }) => env);
    const host = variables?.find(({ name }) => /^REDIS_(HOST|NODES)$/.test(name))?.value;
    return host?.includes(`.${DATA_NAMESPACE}.svc`) ? undefined : host;
  }
}
