import type {
  IPrometheusRule,
  IServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { MonitoringOptions } from '../../environment/props.ts';
import { SERVICE } from '../../kit/identity.ts';
import { type Labels, serviceLabels } from '../../kit/labels.ts';
import { LabelledChart } from '../labelled-chart.ts';
import type { UserManagement } from '../user-management/user-management.ts';
import { alertGroups } from './alerts.ts';
import { dashboardJson } from './dashboard.ts';
import { objectivesOf } from './objectives.ts';
import { queries } from './queries.ts';

/** A path in this repository, for environments without a URL of the runbooks. */
const RUNBOOKS = 'docs/runbooks';

export interface MonitoringProps {
  /** The service to monitor. */
  readonly of: UserManagement;
  /** Labels by which the Prometheus operator finds its objects. */
  readonly select: MonitoringOptions['labels'];
  /** The URL of docs/runbooks. */
  readonly runbooks?: MonitoringOptions['runbooks'];
  /** The objectives of the service. */
  readonly slo?: MonitoringOptions['slo'];
  /** Labels of every object. */
  readonly labels?: Labels | undefined;
  /** Annotations of every object. */
  readonly annotations?: Labels | undefined;
}

/**
 * ServiceMonitor, alerts and dashboard. A cluster without the Prometheus operator would refuse the file,
 * because it does not know these objects.
 */
export class Monitoring extends LabelledChart {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    const { of, select, labels, annotations, runbooks = RUNBOOKS, slo = {} } = props;
    const namespace = of.namespace ?? '';
    super(scope, id, { namespace, labels: { ...labels, ...serviceLabels('monitoring') }, annotations });
    const metadata = { name: SERVICE, labels: select };
    const scraped: IServiceMonitor['spec'] = {
      selector: { matchLabels: { ...of.podLabels } },
      endpoints: [{ port: of.portName, path: '/metrics', interval: '30s' }],
    };
    // Several environments may report to one Prometheus. The operator uses the name of the Service as the
    // job.
    const asked = queries({ namespace, job: of.serviceName, volume: of.redis?.volume });
    const rules: IPrometheusRule['spec'] = { groups: alertGroups(asked, objectivesOf(slo), runbooks) };
    new ApiObject(this, 'monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata,
      spec: scraped,
    });
    new ApiObject(this, 'alerts', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata,
      spec: rules,
    });
    new k8s.KubeConfigMap(this, 'dashboard', {
      // The sidecar of Grafana finds dashboards by this label.
      metadata: { name: `${SERVICE}-dashboard`, labels: { grafana_dashboard: '1' } },
      data: { 'user-management.json': dashboardJson(asked, namespace) },
    });
  }
}
