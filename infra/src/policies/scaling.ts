import { called, nameOf, namespaceOf, ofKind } from './objects.ts';
import { type Policy, policy } from './policy.ts';

export const SCALING: readonly Policy[] = [
  policy('an autoscaler keeps at least two pods and can add more', (objects) =>
    ofKind(objects, 'HorizontalPodAutoscaler').flatMap((one) => {
      const { minReplicas = 1, maxReplicas } = one.spec;
      return [
        minReplicas < 2 && `${called(one)}: minReplicas is ${minReplicas}. It must be 2 or more.`,
        maxReplicas < minReplicas && `${called(one)}: maxReplicas must not be below minReplicas.`,
      ];
    }),
  ),

  policy('the Deployment of an autoscaler exists and states no replicas', (objects) =>
    ofKind(objects, 'HorizontalPodAutoscaler').flatMap((scaler) => {
      const target = scaler.spec.scaleTargetRef;
      const deployment = ofKind(objects, 'Deployment').find(
        (one) =>
          nameOf(one) === target.name && namespaceOf(one) === namespaceOf(scaler) && target.kind === one.kind,
      );
      return [
        !deployment && `${called(scaler)}: ${target.kind}/${target.name} does not exist.`,
        deployment?.spec?.replicas !== undefined && `${called(deployment)}: spec.replicas must not be set.`,
      ];
    }),
  ),

  policy(
    'a Deployment states replicas or has an autoscaler, and every workload has a disruption budget',
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
            `${called(one)}: it must have either spec.replicas or an autoscaler.`,
        ),
        ...[...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')].map(
          (one) => !budgets.includes(nameOf(one)) && `${called(one)}: the disruption budget is missing.`,
        ),
      ];
    },
  ),

  policy('a disruption budget has one bound and allows an eviction', (objects) =>
    ofKind(objects, 'PodDisruptionBudget').flatMap((budget) => {
      const { minAvailable, maxUnavailable } = budget.spec ?? {};
      return [
        (minAvailable === undefined) === (maxUnavailable === undefined) &&
          `${called(budget)}: it must have either minAvailable or maxUnavailable.`,
        [0, '0%'].includes(maxUnavailable ?? 1) && `${called(budget)}: maxUnavailable must be above 0.`,
        [1, '100%'].includes(minAvailable ?? 0) &&
          `${called(budget)}: minAvailable must leave room for an eviction.`,
      ];
    }),
  ),

  policy('a rollout removes no pod before a new one is ready', (objects) =>
    ofKind(objects, 'Deployment').map((one) => {
      const { maxUnavailable } = one.spec?.strategy?.rollingUpdate ?? {};
      return (
        maxUnavailable !== 0 &&
        `${called(one)}: maxUnavailable of the rolling update must be 0, not ${maxUnavailable ?? 'missing'}.`
      );
    }),
  ),
];
