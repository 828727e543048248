import { type Check, failed, type Finding, ok } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { describePod, isReady, isStopping } from './describe-pod.ts';
import { examineHealth } from './health.ts';
import { examineLogs } from './logs.ts';
import { MANIFESTS, NAMESPACE, SERVICE, SERVICE_SELECTOR } from './names.ts';
import type { Deployment, Pod } from './objects.ts';

const PODS = `--namespace ${NAMESPACE} --selector ${SERVICE_SELECTOR}`;
const DEPLOYMENT = `deployment/${SERVICE} --namespace ${NAMESPACE}`;

export const serviceChecks: readonly Check<Cluster>[] = [
  {
    name: 'rollout',
    needs: ['API server'],
    async examine(cluster) {
      const deployment = await cluster.deployment();
      return deployment
        ? examineRollout(deployment)
        : failed('there is no Deployment', `kubectl apply --filename ${MANIFESTS}/user-management.yml`);
    },
    mend: () => `kubectl rollout status ${DEPLOYMENT}`,
  },
  {
    name: 'pods',
    needs: ['API server'],
    async examine(cluster) {
      const pods = await cluster.pods();
      if (pods.length === 0) return failed('there is none', `kubectl describe ${DEPLOYMENT}`);
      const saw = pods.map(describePod).join('\n');
      return pods.every((pod) => isReady(pod) || isStopping(pod)) ? ok(saw) : failed(saw, mendPods(pods));
    },
    mend: () => `kubectl get pods ${PODS}`,
  },
  {
    name: 'log lines about Redis',
    needs: ['API server'],
    examine: examineLogs,
    mend: () => `kubectl logs ${PODS} --tail=100 --prefix`,
  },
  {
    name: 'health',
    needs: ['API server'],
    examine: examineHealth,
    mend: () =>
      `kubectl port-forward --namespace ${NAMESPACE} deployment/${SERVICE} 8080:8080, ` +
      'then curl -s localhost:8080/health',
  },
];

function examineRollout({ metadata, spec, status = {} }: Deployment): Finding {
  const wanted = spec.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0, conditions = [] } = status;
  const saw = `${availableReplicas} of ${wanted} replicas available, ${updatedReplicas} up to date`;
  const isDone =
    observedGeneration >= (metadata.generation ?? 0) &&
    updatedReplicas >= wanted &&
    availableReplicas >= wanted;
  if (isDone) return ok(saw);
  const stuck = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
  const undo = stuck
    ? `kubectl rollout undo ${DEPLOYMENT}, or mend what the pods say`
    : `kubectl rollout status ${DEPLOYMENT}`;
  return failed(stuck?.message === undefined ? saw : `${saw}: ${stuck.message}`, undo);
}

/** What holds containers up, and what usually helps. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/secret "redis-secret" not found|couldn't find key password/, 'npm run secret -- --apply'],
  [/CreateContainerConfigError/, `kubectl describe pods ${PODS}`],
  [
    /ImagePullBackOff|ErrImage/,
    `npm run image, and bring the image to where the nodes look for it; kubectl describe pods ${PODS}`,
  ],
  [/exit code (69|78)/, `kubectl logs ${PODS} --tail=20 --prefix (the last line says what is wrong)`],
];

function mendPods(pods: readonly Pod[]): string {
  const saw = pods.map(describePod).join('\n');
  return REMEDIES.find(([pattern]) => pattern.test(saw))?.[1] ?? `kubectl describe pods ${PODS}`;
}
