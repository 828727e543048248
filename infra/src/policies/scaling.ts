import { called, nameOf, namespaceOf, ofKind } from './objects.ts';
import { type Policy, policy } from './policy.ts';

export const SCALING: readonly Policy[] = [
  policy('an autoscaler keeps two pods or more, and may add some', (objects) =>
    ofKind(objects, 'HorizontalPodAutoscaler').flatMap(({ spec }) => [
      (spec.minReplicas ?? 1) < 2 && `minReplicas is ${spec.minReplicas ?? 1}`,
      spec.maxReplicas < (spec.minReplicas ?? 1) && 'maxReplicas is below minReplicas',
    ]),
  ),

  policy('an autoscaler has a workload, which leaves the number of pods to it', (objects) =>
    ofKind(objects, 'HorizontalPodAutoscaler').flatMap((scaler) => {
      const target = scaler.spec.scaleTargetRef;
      const deployment = ofKind(objects, 'Deployment').find(
        (one) =>
          nameOf(one) === target.name && namespaceOf(one) === namespaceOf(scaler) && target.kind === one.kind,
      );
      return [
        !deployment && `${target.kind} ${target.name} is not there`,
        deployment?.spec?.replicas !== undefined && `${called(deployment)} states a number of replicas`,
      ];
    }),
  ),

  policy(
    'every Deployment scales or has a number of replicas, and every workload a disruption budget',
    (objects) => {
      const targets = [
        ...ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name),
        ...ofKind(objects, 'ScaledObject').map(({ spec }) => spec.scaleTargetRef.name),
      ];
      const budgets = ofKind(objects, 'PodDisruptionBudget').map(nameOf);
      return [
        ...ofKind(objects, 'Deployment').map(
          (one) =>
            targets.includes(nameOf(one)) === (one.spec?.replicas !== undefined) &&
            `${called(one)} has not exactly one of a number of replicas and an autoscaler`,
        ),
        ...[...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')].map(
          (one) => !budgets.includes(nameOf(one)) && `${called(one)} has no disruption budget`,
        ),
      ];
    },
  ),

  policy('a disruption budget has one bound, and lets a pod go', (objects) =>
    ofKind(objects, 'PodDisruptionBudget').flatMap((budget) => {
      const { minAvailable, maxUnavailable } = budget.spec ?? {};
      return [
        (minAvailable === undefined) === (maxUnavailable === undefined) &&
          `${called(budget)} has not exactly one bound`,
        [0, '0%'].includes(maxUnavailable ?? 1) && `${called(budget)} lets no pod go`,
        [1, '100%'].includes(minAvailable ?? 0) && `${called(budget)} may let no pod go`,
      ];
    }),
  ),

  policy('a rollout takes no pod away before its successor is ready', (objects) =>
    ofKind(objects, 'Deployment').map(({ spec }) => {
      const { maxUnavailable } = spec?.strategy?.rollingUpdate ?? {};
      return maxUnavailable !== 0 && `maxUnavailable is ${String(maxUnavailable)}`;
    }),
  ),
];
