import type {
  IPrometheusRule,
  IServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { ApiObject, type App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { NAMESPACE, SERVICE } from '../../kit/identity.ts';
import { namespaceLabels, SERVICE_SELECTOR } from '../../kit/labels.ts';
import type { Release } from '../../environment/release.ts';
import { SERVICE_PORT } from '../user-management/chart.ts';
import { alertGroups } from './alerts.ts';
import { dashboardJson } from './dashboard.ts';

const LABELS = { ...namespaceLabels, ...SERVICE_SELECTOR, 'app.kubernetes.io/component': 'monitoring' };

/**
 * On request, since a cluster without the Prometheus operator knows no such objects and would refuse the
 * file.
 */
export function monitoring(app: App, { environment: { monitoring: wanted } }: Release): void {
  if (!wanted) return;
  const chart = new Chart(app, 'monitoring', {
    namespace: NAMESPACE,
    labels: LABELS,
    disableResourceNameHashes: true,
  });
  const metadata = { name: SERVICE, labels: wanted.labels };
  const scraped: IServiceMonitor['spec'] = {
    selector: { matchLabels: { ...SERVICE_SELECTOR } },
    endpoints: [{ port: SERVICE_PORT.name, path: '/metrics', interval: '30s' }],
  };
  const rules: IPrometheusRule['spec'] = { groups: alertGroups };
  new ApiObject(chart, 'monitor', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata,
    spec: scraped,
  });
  new ApiObject(chart, 'alerts', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata,
    spec: rules,
  });
  new k8s.KubeConfigMap(chart, 'dashboard', {
    // Where Grafana's sidecar looks for dashboards.
    metadata: { name: `${SERVICE}-dashboard`, labels: { grafana_dashboard: '1' } },
    data: { 'user-management.json': dashboardJson() },
  });
}
