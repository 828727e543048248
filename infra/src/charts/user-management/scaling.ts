import { ApiObject, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Environment } from '../../environment/schema.ts';
import { SERVICE } from '../../kit/identity.ts';
import { SERVICE_SELECTOR } from '../../kit/labels.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: SERVICE };

export function scale(chart: Chart, { replicas, disruptionBudget }: Environment): void {
  if (typeof replicas === 'object') {
    if ('keda' in replicas) addScaledObject(chart, replicas.keda);
    else addAutoscaler(chart, replicas);
  }
  const { maxUnavailable, minAvailable } = disruptionBudget;
  new k8s.KubePodDisruptionBudget(chart, 'disruption-budget', {
    metadata: { name: SERVICE },
    spec: {
      ...(maxUnavailable !== undefined && { maxUnavailable: bound(maxUnavailable) }),
      ...(minAvailable !== undefined && { minAvailable: bound(minAvailable) }),
      selector: { matchLabels: { ...SERVICE_SELECTOR } },
      // A pod that is not ready serves no requests, so it must not delay the drain of its node.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}

const bound = (value: number | string): k8s.IntOrString =>
  typeof value === 'number' ? k8s.IntOrString.fromNumber(value) : k8s.IntOrString.fromString(value);

type Replicas = Exclude<Environment['replicas'], number>;
type Autoscaling = Extract<Replicas, { cpuPercent: number }>;
type Keda = Extract<Replicas, { keda: unknown }>['keda'];

function addAutoscaler(chart: Chart, { least, most, cpuPercent }: Autoscaling): void {
  new k8s.KubeHorizontalPodAutoscalerV2(chart, 'autoscaler', {
    metadata: { name: SERVICE },
    spec: {
      scaleTargetRef: target,
      minReplicas: least,
      maxReplicas: most,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
        },
      ],
      behavior: BEHAVIOR,
    },
  });
}

/**
 * Scales up at once, because users wait for their logins. Scales down slowly, because load comes in waves.
 */
const BEHAVIOR: k8s.HorizontalPodAutoscalerBehaviorV2 = {
  scaleUp: {
    selectPolicy: 'Max',
    stabilizationWindowSeconds: 0,
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 60 },
      { type: 'Percent', value: 200, periodSeconds: 60 },
    ],
  },
  scaleDown: {
    selectPolicy: 'Max',
    stabilizationWindowSeconds: 300,
    policies: [{ type: 'Pods', value: 3, periodSeconds: 300 }],
  },
};

function addScaledObject(chart: Chart, { least, most, triggers }: Keda): void {
  new ApiObject(chart, 'scaled-object', {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: SERVICE },
    spec: {
      scaleTargetRef: target,
      minReplicaCount: least,
      maxReplicaCount: most,
      triggers: triggers.map(({ authentication, metricType, ...trigger }) => ({
        ...trigger,
        ...(metricType && { metricType }),
        ...(authentication && { authenticationRef: { name: authentication } }),
      })),
    },
  });
}
