import { type Check, failed, type Finding, ok } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { describePod, isReady, isStopping } from './describe-pod.ts';
import { examineHealth } from './health.ts';
import { examineInternalPort } from './internal-port.ts';
import { examineLogs } from './logs.ts';
import type { Workload } from './workload.ts';

export const serviceChecks: readonly Check<Cluster>[] = [
  {
    name: 'rollout',
    needs: ['Deployment'],
    examine: async (cluster) => examineRollout(await cluster.workload()),
    mend: () => 'kubectl get deployments --all-namespaces',
  },
  {
    name: 'pods',
    needs: ['Deployment'],
    async examine(cluster) {
      const [workload, pods] = [await cluster.workload(), await cluster.pods()];
      if (pods.length === 0) {
        const saw = `Deployment ${workload.name} has no pod.`;
        return failed(saw, `kubectl describe ${workload.reference}`);
      }
      const saw = pods.map(describePod).join('\n');
      return pods.every((pod) => isReady(pod) || isStopping(pod))
        ? ok(saw)
        : failed(saw, mendPods(workload, saw));
    },
    mend: () => 'kubectl auth can-i list pods --all-namespaces',
  },
  {
    name: 'log lines about Redis',
    needs: ['Deployment'],
    examine: examineLogs,
    mend: () => 'kubectl auth can-i get pods --subresource=log --all-namespaces',
  },
  {
    name: 'internal port',
    needs: ['Deployment'],
    examine: examineInternalPort,
    mend: () =>
      'kubectl port-forward deployment/… 8081:8081 in the namespace of the service, then curl -s ' +
      'localhost:8081/health',
  },
  {
    name: 'health',
    needs: ['Deployment'],
    examine: examineHealth,
    mend: () =>
      'kubectl port-forward deployment/… 8080:8080 in the namespace of the service, then curl -s ' +
      'localhost:8080/health',
  },
];

function examineRollout({ deployment, reference }: Workload): Finding {
  const { metadata, spec, status = {} } = deployment;
  const wanted = spec.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status;
  const saw = `${availableReplicas} of ${wanted} replicas are available, ${updatedReplicas} are up to date.`;
  const isDone =
    observedGeneration >= (metadata.generation ?? 0) &&
    updatedReplicas >= wanted &&
    availableReplicas >= wanted;
  if (isDone) return ok(saw);
  const stuck = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
  const undo = stuck
    ? `kubectl rollout undo ${reference}, or fix the fault of the pods below`
    : `kubectl rollout status ${reference}`;
  return failed(stuck?.message === undefined ? saw : `${saw} ${stuck.message}`, undo);
}

/** The reasons why containers do not start, and their usual remedies. */
const REMEDIES: readonly (readonly [RegExp, (workload: Workload) => string])[] = [
  [
    /secret "[^"]+" not found|couldn't find key|references non-existent secret key/,
    () => 'npm run secret -- --apply',
  ],
  [
    /ImagePullBackOff|ErrImage/,
    ({ podOptions }) =>
      `npm run image, then push the image to the registry of the nodes; kubectl describe pods ${podOptions}`,
  ],
  [
    /exit code (69|78)/,
    ({ podOptions }) => `kubectl logs ${podOptions} --tail=20 --prefix (the last line names the fault)`,
  ],
];

function mendPods(workload: Workload, saw: string): string {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(saw))?.[1];
  return remedy ? remedy(workload) : `kubectl describe pods ${workload.podOptions}`;
}
