import { type Check, failed, type Finding, ok, skipped } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { describePod, isReady } from './describe-pod.ts';
import { applyManifest } from './manifests.ts';
import { REDIS, selectorsOf } from './names.ts';
import type { EndpointSlice, Pod, Service } from './objects.ts';
import type { ServiceName } from './redis-place.ts';
import { asSelector } from './workload.ts';

export const redisChecks: readonly Check<Cluster>[] = [
  {
    name: 'Redis of the service',
    needs: ['Deployment'],
    async examine(cluster) {
      const { mode, nodes, services } = await cluster.redis();
      if (nodes.join('') === '')
        return failed(`REDIS_MODE is ${mode}, and REDIS_NODES is not set.`, setNodes());
      const where = services.length === 0 ? 'outside this cluster' : 'in this cluster';
      return ok(`The service uses Redis (${mode}) at ${nodes.join(', ')}, ${where}.`);
    },
    mend: setNodes,
  },
  {
    name: 'Redis Service',
    needs: ['Redis of the service'],
    examine: (cluster) => eachService(cluster, examineService),
    mend: () => 'kubectl get services --all-namespaces',
  },
  {
    name: 'Redis pods',
    needs: ['Redis of the service'],
    examine: (cluster) => eachService(cluster, examinePods),
    mend: () => `kubectl get pods --all-namespaces --selector ${selectorsOf(REDIS)[0] ?? ''}`,
  },
];

function setNodes(): string {
  return 'Set REDIS_NODES among the settings of the environment, run npm run synth, and apply the manifests.';
}

type Examine = (cluster: Cluster, name: ServiceName, service: Service | undefined) => Promise<Finding>;

async function eachService(cluster: Cluster, examine: Examine): Promise<Finding> {
  const { services } = await cluster.redis();
  if (services.length === 0) return skipped('Redis is outside this cluster.');
  const found = await cluster.redisServices();
  const findings = await Promise.all(services.map((name, n) => examine(cluster, name, found[n])));
  const bad = findings.find(({ status }) => status === 'failed');
  return bad ?? ok(findings.map(({ saw }) => saw).join('\n'));
}

async function examineService(
  cluster: Cluster,
  { name, namespace }: ServiceName,
  service: Service | undefined,
): Promise<Finding> {
  if (!service) return failed(`There is no Service ${name} in the namespace ${namespace}.`, applyRedis(name));
  const selector = `kubernetes.io/service-name=${name}`;
  const slices = await cluster.list<EndpointSlice>('endpointslices', selector, namespace);
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  // Kubernetes treats an endpoint with an unknown condition as ready.
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  const ports = (service.spec.ports ?? []).map(({ port }) => port).join(', ');
  const saw = `Service ${name} has port ${ports}; ${ready} of ${endpoints.length} pods behind it are ready.`;
  const describe = `kubectl describe service ${name} --namespace ${namespace}`;
  const compare = `${describe} (compare its selector with the labels of the pods)`;
  return ready > 0 ? ok(saw) : failed(saw, compare);
}

/** The pods that the Service selects, or the pods with the labels of Redis when there is no Service. */
async function examinePods(
  cluster: Cluster,
  { name, namespace }: ServiceName,
  service: Service | undefined,
): Promise<Finding> {
  const own = service?.spec.selector;
  const selectors = own ? [asSelector(own)] : selectorsOf(REDIS);
  for (const selector of selectors) {
    const pods = await cluster.list<Pod>('pods', selector, namespace);
    if (pods.length === 0) continue;
    const saw = pods.map(describePod).join('\n');
    const describe = `kubectl describe pods --namespace ${namespace} --selector ${selector}`;
    return pods.every(isReady) ? ok(saw) : failed(saw, describe);
  }
  const saw = `No pod in the namespace ${namespace} has the label ${selectors.join(' or ')}.`;
  return failed(saw, applyRedis(name));
}

/** The manifests of this project have only a Service with this name. */
const applyRedis = (name: string): string =>
  name === REDIS ? applyManifest('redis.yml') : 'Apply the manifests of that Redis again.';
