import { type Check, failed, type Finding, ok, skipped } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { DATA_NAMESPACE, MANIFESTS, NAMESPACE } from './names.ts';
import type { Namespace } from './objects.ts';

const POD_SECURITY = 'pod-security.kubernetes.io/enforce';

export const accessChecks: readonly Check<Cluster>[] = [
  {
    name: 'context',
    needs: [],
    examine: async ({ kubectl }) => ok((await kubectl('config', 'current-context')).trim()),
    mend: () =>
      'kubectl config get-contexts, then kubectl config use-context …; where kubectl is missing: https://kubernetes.io/docs/tasks/tools/',
  },
  {
    name: 'API server',
    needs: ['context'],
    async examine({ kubectl }) {
      const { serverVersion } = JSON.parse(await kubectl('version', '--output=json')) as {
        serverVersion?: { gitVersion: string };
      };
      return serverVersion
        ? ok(`answers, Kubernetes ${serverVersion.gitVersion}`)
        : failed('no answer', 'kubectl cluster-info');
    },
    mend: () => 'kubectl cluster-info',
  },
  {
    name: `namespace ${NAMESPACE}`,
    needs: ['API server'],
    examine: (cluster) => examineNamespace(cluster, NAMESPACE),
    mend: () => `kubectl get namespace ${NAMESPACE} --show-labels`,
  },
  {
    name: `namespace ${DATA_NAMESPACE}`,
    needs: ['API server'],
    async examine(cluster) {
      const elsewhere = await cluster.redisElsewhere();
      return elsewhere === undefined
        ? examineNamespace(cluster, DATA_NAMESPACE)
        : skipped(`the service uses the Redis at ${elsewhere}`);
    },
    mend: () => `kubectl get namespace ${DATA_NAMESPACE} --show-labels`,
  },
];

async function examineNamespace(cluster: Cluster, name: string): Promise<Finding> {
  const namespace = await cluster.get<Namespace>('namespace', name);
  if (!namespace) return failed('there is none', `kubectl apply --filename ${MANIFESTS}/namespaces.yml`);
  const level = namespace.metadata.labels?.[POD_SECURITY];
  if (level === 'restricted') return ok('there, with Pod Security restricted enforced');
  const saw =
    level === undefined ? 'there, but no Pod Security is enforced' : `Pod Security is ${level} only`;
  return failed(saw, `kubectl label namespace ${name} ${POD_SECURITY}=restricted --overwrite`);
}
