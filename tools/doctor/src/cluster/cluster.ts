import { explain } from '@user-management/domain/explain';
import { once } from '../once.ts';
import { findDeployment } from './find-deployment.ts';
import type { Kubectl } from './kubectl.ts';
import type { List, Pod, Service, WithData } from './objects.ts';
import { redisPlace, type RedisPlace } from './redis-place.ts';
import { Workload } from './workload.ts';

/** A Kubernetes cluster, read with kubectl. Objects for several checks are read only once. */
export class Cluster {
  readonly kubectl: Kubectl;
  /** @throws when there is no Deployment of the service, or more than one. */
  readonly workload: () => Promise<Workload>;
  readonly pods: () => Promise<readonly Pod[]>;
  readonly redis: () => Promise<RedisPlace>;
  /** The Services of Redis. A missing one is `undefined`. */
  readonly redisServices: () => Promise<readonly (Service | undefined)[]>;
  /** Texts that must not be shown. */
  readonly secrets = new Set<string>();
  /** Whether every Secret of the service is among `secrets`. */
  knowsSecrets = false;

  constructor(kubectl: Kubectl) {
    this.kubectl = kubectl;
    this.workload = once(async () => new Workload(await findDeployment(this)));
    this.pods = once(async () => {
      const { selector, namespace } = await this.workload();
      return this.list<Pod>('pods', selector, namespace);
    });
    this.redis = once(() => this.#findRedis());
    this.redisServices = once(async () => {
      const { services } = await this.redis();
      return Promise.all(
        services.map(({ name, namespace }) => this.get<Service>('service', name, namespace)),
      );
    });
  }

  /** `undefined` when there is no object of that name. @throws {KubectlFailed} */
  async get<T>(kind: string, name: string, namespace?: string): Promise<T | undefined> {
    const where = namespace === undefined ? [] : ['--namespace', namespace];
    const json = await this.kubectl('get', kind, name, ...where, '--ignore-not-found', '--output=json');
    return json.trim() === '' ? undefined : (JSON.parse(json) as T);
  }

  /** @throws {KubectlFailed} */
  async list<T>(kind: string, selector: string, namespace: string): Promise<readonly T[]> {
    return this.#list(kind, selector, ['--namespace', namespace]);
  }

  /** Lists only the namespace of the context when it may not read the others. @throws {KubectlFailed} */
  async listEverywhere<T>(kind: string, selector: string): Promise<readonly T[]> {
    try {
      return await this.#list(kind, selector, ['--all-namespaces']);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      return this.#list(kind, selector, []);
    }
  }

  async #list<T>(kind: string, selector: string, where: readonly string[]): Promise<readonly T[]> {
    const query = ['get', kind, ...where, '--selector', selector, '--output=json'];
    return (JSON.parse(await this.kubectl(...query)) as List<T>).items;
  }

  async #findRedis(): Promise<RedisPlace> {
    const workload = await this.workload();
    const names = ['REDIS_MODE', 'REDIS_HOST', 'REDIS_PORT', 'REDIS_NODES'];
    const values = await Promise.all(
      names.map(async (name) => [name, await this.#setting(workload, name)] as const),
    );
    const settings = new Map(values);
    return redisPlace((name) => settings.get(name), workload.namespace);
  }

  async #setting(workload: Workload, name: string): Promise<string | undefined> {
    const { value, valueFrom } = workload.variable(name) ?? {};
    if (!valueFrom?.configMapKeyRef) return value;
    const { name: configMap, key } = valueFrom.configMapKeyRef;
    return (await this.get<WithData>('configmap', configMap, workload.namespace))?.data?.[key];
  }
}

export const isForbidden = (error: unknown): boolean => /forbidden/i.test(explain(error));
