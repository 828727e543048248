import type { IBarmanObjectStoreConfiguration } from '@kubernetes-models/cloudnative-pg/github.com/cloudnative-pg/barman-cloud/pkg/api';
import type { ICluster, IScheduledBackup } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1';
import type { IExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import type {
  IPrometheusRule,
  IServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import type { IDeployment, IStatefulSet } from 'kubernetes-models/apps/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import type { ICronJob } from 'kubernetes-models/batch/v1';
import type { IIngress, INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type {
  IConfigMap,
  IContainer,
  INamespace,
  IPersistentVolumeClaim,
  IPodSpec,
  IPodTemplateSpec,
  ISecret,
  IService,
  IServiceAccount,
} from 'kubernetes-models/v1';
import YAML from 'yaml';

export type Manifest =
  | ICluster
  | IConfigMap
  | ICronJob
  | IDeployment
  | IExternalSecret
  | IHorizontalPodAutoscaler
  | IHTTPRoute
  | IIngress
  | INamespace
  | INetworkPolicy
  | IObjectStore
  | IPersistentVolumeClaim
  | IPodDisruptionBudget
  | IPrometheusRule
  | IScheduledBackup
  | ISecret
  | IService
  | IServiceAccount
  | IServiceMonitor
  | IScaledObject
  | IStatefulSet;

/** The parts of the Barman Cloud plugin's object that policies use. */
interface IObjectStore {
  readonly apiVersion: 'barmancloud.cnpg.io/v1';
  readonly kind: 'ObjectStore';
  readonly metadata?: IConfigMap['metadata'];
  readonly spec: { readonly configuration: IBarmanObjectStoreConfiguration };
}

/** The parts of KEDA's object that policies use. */
interface IScaledObject {
  readonly apiVersion: 'keda.sh/v1alpha1';
  readonly kind: 'ScaledObject';
  readonly metadata?: IConfigMap['metadata'];
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
  };
}

/** All objects of one environment. */
export type Objects = readonly Manifest[];

/** Parses manifests as kubectl does. */
export const parseManifests = (...files: readonly string[]): Objects =>
  files.flatMap((text) => YAML.parseAllDocuments(text).map((document) => document.toJSON() as Manifest));

export const ofKind = <K extends Manifest['kind']>(objects: Objects, kind: K) =>
  objects.filter((object): object is Extract<Manifest, { kind: K }> => object.kind === kind);

export const nameOf = (object: Manifest): string => object.metadata?.name ?? '';
export const namespaceOf = (object: Manifest): string => object.metadata?.namespace ?? '';
/** The name of an object in a problem. */
export const called = (object: Manifest): string => `${object.kind}/${nameOf(object)}`;

export type Workload = IDeployment | IStatefulSet;
export type { IContainer as Container, IPodSpec as PodSpec };

export const workloads = (objects: Objects): readonly Workload[] => [
  ...ofKind(objects, 'Deployment'),
  ...ofKind(objects, 'StatefulSet'),
];

const NO_POD: IPodSpec = { containers: [] };

export const templateOf = (workload: Workload): IPodTemplateSpec => workload.spec?.template ?? {};
export const podOf = (workload: Workload): IPodSpec => templateOf(workload).spec ?? NO_POD;
export const labelsOf = (workload: Workload): Readonly<Record<string, string>> =>
  templateOf(workload).metadata?.labels ?? {};

export const containersOf = (workload: Workload): readonly IContainer[] => [
  ...(podOf(workload).initContainers ?? []),
  ...podOf(workload).containers,
];
