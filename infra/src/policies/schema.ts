import { Cluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import { BarmanObjectStoreConfiguration } from '@kubernetes-models/cloudnative-pg/github.com/cloudnative-pg/barman-cloud/pkg/api/BarmanObjectStoreConfiguration';
import { ScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup';
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { called, type Manifest } from './objects.ts';
import { type Policy, policy } from './policy.ts';
import { unknownFields } from '../kit/unknown-fields.ts';

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  new (data: never): { validate(): void };
}

const MODELS: readonly Model[] = [
  Cluster,
  ConfigMap,
  CronJob,
  Deployment,
  ExternalSecret,
  HorizontalPodAutoscaler,
  HTTPRoute,
  Ingress,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PrometheusRule,
  ScheduledBackup,
  Service,
  ServiceAccount,
  ServiceMonitor,
  StatefulSet,
];

export const SCHEMA: readonly Policy[] = [
  policy('objects match their schemas', (objects) => objects.map(schemaProblem)),
  policy('objects have no unknown fields', (objects) =>
    objects.flatMap((object) =>
      unknownFields(object).map((field) => `${called(object)}: ${field} must not be set.`),
    ),
  ),
  // The API server drops empty lists, so they would differ from the cluster for ever.
  policy('objects have no empty lists', (objects) =>
    objects.flatMap((object) =>
      emptyLists(object).map((path) => `${called(object)}: ${path} must not be an empty list.`),
    ),
  ),
];

function emptyLists(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value) && value.length === 0) return [path];
  return Object.entries(value).flatMap(([key, member]) => emptyLists(member, `${path}/${key}`));
}

function schemaProblem(object: Manifest): string | undefined {
  // KEDA publishes no types. The schema of an environment checks its options.
  if (object.kind === 'ScaledObject') return undefined;
  const model = MODELS.find(
    ({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind,
  );
  try {
    // The plugin publishes no types. The operator publishes those of its configuration.
    if (object.kind === 'ObjectStore') {
      new BarmanObjectStoreConfiguration(object.spec.configuration).validate();
    } else if (model) new model(object as never).validate();
    else return `${called(object)}: ${object.apiVersion} is not a known API.`;
    return undefined;
  } catch (error) {
    return `${called(object)}: ${(error as Error).message}`;
  }
}
