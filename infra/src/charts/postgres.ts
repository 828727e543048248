import { ApiObject, type App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { CloudNativePg } from '../environment/environment.ts';
import { NAMESPACE } from '../kit/identity.ts';
import { namespaceLabels, SERVICE_SELECTOR } from '../kit/labels.ts';
import { inNamespace, tcp, toPeer } from '../kit/network.ts';
import type { Release } from '../environment/release.ts';
import { POSTGRES_CLUSTER } from '../environment/wiring.ts';

export const POSTGRES_PORT = 5432;
/** The operator's own label. */
export const POSTGRES_PODS: Readonly<Record<string, string>> = { 'cnpg.io/cluster': POSTGRES_CLUSTER };
/** Where instances report to the operator. */
const STATUS_PORT = 8000;
const METRICS_PORT = 9187;

const LABELS = {
  ...namespaceLabels,
  'app.kubernetes.io/name': 'postgresql',
  'app.kubernetes.io/instance': POSTGRES_CLUSTER,
  'app.kubernetes.io/component': 'database',
};

/**
 * On request: a cluster for the CloudNativePG operator, in the service's namespace since its Secret is needed
 * there.
 */
export function postgres(app: App, { environment: { users, scrapers } }: Release): void {
  if (users.in !== 'cloudnative-pg') return;
  const chart = new Chart(app, 'postgres', {
    namespace: NAMESPACE,
    labels: LABELS,
    disableResourceNameHashes: true,
  });
  new ApiObject(chart, 'cluster', {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: POSTGRES_CLUSTER },
    spec: clusterSpec(users),
  });
  const itself = { podSelector: { matchLabels: POSTGRES_PODS } };
  new k8s.KubeNetworkPolicy(chart, 'network', {
    metadata: { name: POSTGRES_CLUSTER },
    spec: {
      podSelector: { matchLabels: POSTGRES_PODS },
      // Out it must get as well, to the API server among others, whose address is not known here.
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ podSelector: { matchLabels: SERVICE_SELECTOR } }, itself], ports: tcp(POSTGRES_PORT) },
        { from: [inNamespace(users.operatorNamespace), itself], ports: tcp(POSTGRES_PORT, STATUS_PORT) },
        ...(scrapers.length > 0 ? [{ from: scrapers.map(toPeer), ports: tcp(METRICS_PORT) }] : []),
      ],
    },
  });
}

const clusterSpec = ({ instances, cpu, memory, storage, storageClass }: CloudNativePg) => ({
  instances,
  // An acknowledged write is on two disks. With two instances the loss of either would stop all writing,
  // hence three.
  ...(instances > 2 && { postgresql: { synchronous: { method: 'any', number: 1 } } }),
  bootstrap: { initdb: { database: 'users', owner: 'users' } },
  storage: { size: storage, ...(storageClass && { storageClass }) },
  resources: { requests: { cpu, memory }, limits: { memory } },
});
