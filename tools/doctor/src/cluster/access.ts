import { type Check, failed, type Finding, ok, skipped } from '../check.ts';
import { explain } from '@user-management/domain/explain';
import { type Cluster, isForbidden } from './cluster.ts';
import { SeveralDeployments } from './find-deployment.ts';
import { applyManifest } from './manifests.ts';
import type { Namespace } from './objects.ts';

const POD_SECURITY = 'pod-security.kubernetes.io/enforce';

export const accessChecks: readonly Check<Cluster>[] = [
  {
    name: 'context',
    needs: [],
    examine: async ({ kubectl }) =>
      ok(`kubectl uses the context ${(await kubectl('config', 'current-context')).trim()}.`),
    mend: () =>
      'kubectl config get-contexts, then kubectl config use-context …; where kubectl is missing: ' +
      'https://kubernetes.io/docs/tasks/tools/',
  },
  {
    name: 'API server',
    needs: ['context'],
    async examine({ kubectl }) {
      const { serverVersion } = JSON.parse(await kubectl('version', '--output=json')) as {
        serverVersion?: { gitVersion: string };
      };
      return serverVersion
        ? ok(`The API server answers. It runs Kubernetes ${serverVersion.gitVersion}.`)
        : failed('The API server does not answer.', 'kubectl cluster-info');
    },
    mend: () => 'kubectl cluster-info',
  },
  {
    name: 'Deployment',
    needs: ['API server'],
    examine: examineDeployment,
    mend: () => applyManifest('user-management.yml'),
  },
  {
    name: 'namespace of the service',
    needs: ['Deployment'],
    examine: async (cluster) => examineNamespace(cluster, (await cluster.workload()).namespace),
    mend: () => 'kubectl get namespaces --show-labels',
  },
  {
    name: 'namespace of Redis',
    needs: ['Deployment'],
    async examine(cluster) {
      const [first] = (await cluster.redis()).services;
      if (!first) return skipped('Redis is outside this cluster.');
      return first.namespace === (await cluster.workload()).namespace
        ? skipped('Redis is in the namespace of the service.')
        : examineNamespace(cluster, first.namespace);
    },
    mend: () => 'kubectl get namespaces --show-labels',
  },
];

async function examineDeployment(cluster: Cluster): Promise<Finding> {
  try {
    const { name, namespace } = await cluster.workload();
    return ok(`Deployment ${name} is in the namespace ${namespace}.`);
  } catch (error) {
    if (!(error instanceof SeveralDeployments)) throw error;
    return failed(explain(error), 'Choose one: kubectl config set-context --current --namespace=…');
  }
}

async function examineNamespace(cluster: Cluster, name: string): Promise<Finding> {
  let namespace: Namespace | undefined;
  try {
    namespace = await cluster.get<Namespace>('namespace', name);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return skipped(`This context may not read the namespace ${name}.`);
  }
  if (!namespace) return failed(`There is no namespace ${name}.`, applyManifest('namespaces.yml'));
  const level = namespace.metadata.labels?.[POD_SECURITY];
  if (level === 'restricted') return ok(`Namespace ${name} enforces Pod Security restricted.`);
  const saw =
    level === undefined
      ? `Namespace ${name} enforces no Pod Security.`
      : `Namespace ${name} enforces Pod Security ${level} only.`;
  return failed(saw, `kubectl label namespace ${name} ${POD_SECURITY}=restricted --overwrite`);
}
