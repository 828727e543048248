import type { Group } from '../check.ts';
import { redact } from '../redact.ts';
import { type Result, runChecks } from '../run-checks.ts';
import { accessChecks } from './access.ts';
import { Cluster } from './cluster.ts';
import { configurationChecks } from './configuration.ts';
import { type Kubectl, kubectl as realKubectl } from './kubectl.ts';
import { redisChecks } from './redis.ts';
import { serviceChecks } from './service.ts';

/** The checks in their order. */
export const CLUSTER: readonly Group<Cluster>[] = [
  { title: 'Cluster', checks: accessChecks },
  { title: 'Redis', checks: redisChecks },
  { title: 'Configuration', checks: configurationChecks },
  { title: 'Service', checks: serviceChecks },
];

/** Examines the cluster of the current context of kubectl. */
export async function examineCluster(kubectl: Kubectl = realKubectl): Promise<readonly Result[]> {
  const cluster = new Cluster(kubectl);
  return redact(await runChecks(CLUSTER, cluster), cluster.secrets);
}
