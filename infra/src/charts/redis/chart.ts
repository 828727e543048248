import { type App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { DATA_NAMESPACE, NAMESPACE, REDIS, REDIS_PORT } from '../../kit/identity.ts';
import { REDIS_SELECTOR, redisLabels } from '../../kit/labels.ts';
import { inNamespace, tcp } from '../../kit/network.ts';
import type { Release } from '../../environment/release.ts';
import { configFiles } from './config.ts';
import { addStatefulSet, REDIS_CONFIG_MAP } from './stateful-set.ts';

/** For clusters that have no Redis: one, with a disk and a password. */
export function redis(app: App, { environment: { redis: wanted, users } }: Release): void {
  if (wanted.kind !== 'here') return;
  const chart = new Chart(app, REDIS, {
    namespace: DATA_NAMESPACE,
    labels: redisLabels(wanted.image),
    disableResourceNameHashes: true,
  });
  const metadata = { name: REDIS };
  const files = configFiles(wanted, users.in === 'redis');
  const account = new k8s.KubeServiceAccount(chart, 'account', {
    metadata,
    automountServiceAccountToken: false,
  });
  new k8s.KubeConfigMap(chart, 'config', { metadata: { name: REDIS_CONFIG_MAP }, data: files });
  addStatefulSet(chart, account, wanted, files);
  new k8s.KubeService(chart, 'service', {
    metadata,
    spec: {
      type: 'ClusterIP',
      selector: REDIS_SELECTOR,
      ports: [{ name: REDIS, port: REDIS_PORT, targetPort: k8s.IntOrString.fromString(REDIS) }],
    },
  });
  new k8s.KubePodDisruptionBudget(chart, 'disruption-budget', {
    metadata,
    // Of one pod there is none to spare; a budget that says so would keep its node from ever being drained.
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: REDIS_SELECTOR } },
  });
  new k8s.KubeNetworkPolicy(chart, 'network', {
    metadata,
    spec: {
      podSelector: { matchLabels: REDIS_SELECTOR },
      // Without rules for the latter: it calls nobody.
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [inNamespace(NAMESPACE)], ports: tcp(REDIS_PORT) }],
    },
  });
}
