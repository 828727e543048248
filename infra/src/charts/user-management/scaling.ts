import type { Chart } from 'cdk8s';
import { type Deployment, HorizontalPodAutoscaler, k8s, Metric, MetricTarget } from 'cdk8s-plus-27';
import type { Environment } from '../../environment/environment.ts';
import { SERVICE } from '../../kit/identity.ts';
import { SERVICE_SELECTOR } from '../../kit/labels.ts';

export function scale(chart: Chart, target: Deployment, { replicas }: Environment): void {
  new HorizontalPodAutoscaler(chart, 'autoscaler', {
    metadata: { name: SERVICE },
    target,
    minReplicas: replicas.least,
    maxReplicas: replicas.most,
    metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(replicas.cpuPercent))],
  });
  new k8s.KubePodDisruptionBudget(chart, 'disruption-budget', {
    metadata: { name: SERVICE },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: { ...SERVICE_SELECTOR } },
      // A pod that is not ready serves nobody: to wait for it would only keep its node from being drained.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
}
