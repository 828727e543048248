import { type Check, failed, type Finding, ok, skipped } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { describePod, isReady } from './describe-pod.ts';
import { DATA_NAMESPACE, MANIFESTS, REDIS, REDIS_SELECTOR } from './names.ts';
import type { EndpointSlice, Pod, Service } from './objects.ts';

const APPLY = `kubectl apply --filename ${MANIFESTS}/redis.yml`;

export const redisChecks: readonly Check<Cluster>[] = [
  {
    name: 'Redis pods',
    needs: ['API server'],
    examine: (cluster) => unlessElsewhere(cluster, examinePods),
    mend: () => `kubectl get pods --namespace ${DATA_NAMESPACE} --selector ${REDIS_SELECTOR}`,
  },
  {
    name: 'Redis Service',
    needs: ['API server'],
    examine: (cluster) => unlessElsewhere(cluster, examineService),
    mend: () => `kubectl describe service ${REDIS} --namespace ${DATA_NAMESPACE}`,
  },
];

async function unlessElsewhere(
  cluster: Cluster,
  examine: (cluster: Cluster) => Promise<Finding>,
): Promise<Finding> {
  const elsewhere = await cluster.redisElsewhere();
  return elsewhere === undefined ? examine(cluster) : skipped(`the service uses the Redis at ${elsewhere}`);
}

async function examinePods(cluster: Cluster): Promise<Finding> {
  const pods = await cluster.list<Pod>('pods', REDIS_SELECTOR, DATA_NAMESPACE);
  if (pods.length === 0) return failed(`there is none with the label ${REDIS_SELECTOR}`, APPLY);
  const saw = pods.map(describePod).join('\n');
  const describe = `kubectl describe pods --namespace ${DATA_NAMESPACE} --selector ${REDIS_SELECTOR}`;
  return pods.every(isReady) ? ok(saw) : failed(saw, describe);
}

async function examineService(cluster: Cluster): Promise<Finding> {
  const service = await cluster.get<Service>('service', REDIS, DATA_NAMESPACE);
  if (!service) return failed('there is none', APPLY);
  const selector = `kubernetes.io/service-name=${REDIS}`;
  const slices = await cluster.list<EndpointSlice>('endpointslices', selector, DATA_NAMESPACE);
  const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
  // Kubernetes takes an endpoint of unknown condition for a ready one.
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  const ports = (service.spec.ports ?? []).map(({ port }) => port).join(', ');
  const saw = `port ${ports}, ${ready} of ${endpoints.length} pods behind it ready`;
  const compare =
    `kubectl describe service ${REDIS} --namespace ${DATA_NAMESPACE} ` +
    '(compare its selector with the labels of the pods)';
  return ready > 0 ? ok(saw) : failed(saw, compare);
}
