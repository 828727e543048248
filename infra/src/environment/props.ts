import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import type {
  IAffinity,
  IContainer,
  IHostAlias,
  IToleration,
  ITopologySpreadConstraint,
  IVolume,
  IVolumeMount,
} from 'kubernetes-models/v1';
import type { PostgresBackup, PostgresRecovery } from './postgres-backup-props.ts';
import type { PlainVariable, SecretVariable } from './wired-variables.ts';

export type * from './postgres-backup-props.ts';

type Labels = Readonly<Record<string, string>>;
type Quantity = string;

/** A peer inside of the cluster: pods of a namespace. */
export interface NamespacePeer {
  /** Name of the namespace. */
  readonly namespace: string;
  /** Labels of the pods; all pods of the namespace without them. */
  readonly labels?: Labels | undefined;
}

/** A peer by address. Network policies know addresses, not host names. */
export interface AddressPeer {
  /** Range of addresses, such as 10.20.0.0/16. */
  readonly cidr: string;
}

/** The other end of a connection that a network policy allows. */
export type Peer = NamespacePeer | AddressPeer;

/** A certificate authority, as PEM, in an object that exists in the namespace of the service. */
export interface CertificateAuthority {
  /** Name of a ConfigMap. */
  readonly configMap?: string | undefined;
  /** Name of a Secret. State this or `configMap`. */
  readonly secret?: string | undefined;
  /** Key of the PEM file in it. */
  readonly key: string;
}

/**
 * A client certificate and its private key (mTLS), in a Secret that exists in the namespace of the service.
 */
export interface ClientCertificate {
  /** Name of the Secret, of type kubernetes.io/tls for instance. */
  readonly secret: string;
  /** Key of the certificate in it; tls.crt by default. */
  readonly cert?: string | undefined;
  /** Key of the private key in it; tls.key by default. */
  readonly key?: string | undefined;
}

/** The ServiceAccount of the pods. It never has a token. */
export interface ServiceAccountOptions {
  /** Its name; the name of the workload by default. */
  readonly name?: string | undefined;
  /** False where an account of that name exists already. */
  readonly create?: boolean | undefined;
  /** Annotations, such as those of a cloud provider's workload identity. */
  readonly annotations?: Labels | undefined;
}

/** What a pod can be given besides what it needs. Each field has the shape that Kubernetes gives it. */
export interface PodOptions {
  /** Labels of the pods alone. */
  readonly labels?: Labels | undefined;
  /** Annotations of the pods alone. */
  readonly annotations?: Labels | undefined;
  /** Labels that a node must have. */
  readonly nodeSelector?: Labels | undefined;
  /** Taints that the pods tolerate. */
  readonly tolerations?: readonly IToleration[] | undefined;
  /** Node and pod affinity. */
  readonly affinity?: IAffinity | undefined;
  /** Replaces the spread over zones and nodes. A constraint without a selector gets that of the workload. */
  readonly topologySpread?: readonly ITopologySpreadConstraint[] | undefined;
  /** Names of the Secrets with which images are pulled. */
  readonly imagePullSecrets?: readonly string[] | undefined;
  /** Additional lines of /etc/hosts. */
  readonly hostAliases?: readonly IHostAlias[] | undefined;
  /** Name of a PriorityClass. */
  readonly priorityClass?: string | undefined;
  /** Name of a RuntimeClass. */
  readonly runtimeClass?: string | undefined;
  /** Additional volumes. */
  readonly volumes?: readonly IVolume[] | undefined;
  /** Where the main container mounts them. */
  readonly volumeMounts?: readonly IVolumeMount[] | undefined;
  /** Containers that run before the main one. They are hardened as it is, where they do not say otherwise. */
  readonly initContainers?: readonly IContainer[] | undefined;
  /** Containers that run beside the main one, hardened likewise. */
  readonly sidecars?: readonly IContainer[] | undefined;
  /** How names are resolved; ClusterFirst by default. */
  readonly dnsPolicy?: 'ClusterFirst' | 'Default' | undefined;
  /** The ServiceAccount. */
  readonly serviceAccount?: ServiceAccountOptions | undefined;
}

/** Requests and limits of a container, in any unit that Kubernetes knows. */
export interface Resources {
  /** Requested CPU, such as 250m or 2. */
  readonly cpu: Quantity;
  /** Requested memory, and its limit where `limits` states none, such as 384Mi. */
  readonly memory: Quantity;
  /**
   * Limits. There is none of CPU by default: it would stop a pod that hashes passwords while its node idles.
   */
  readonly limits?: ResourceLimits | undefined;
}

/** Upper bounds of a container. */
export interface ResourceLimits {
  /** CPU. */
  readonly cpu?: Quantity | undefined;
  /** Memory; at least what is requested. */
  readonly memory?: Quantity | undefined;
}

/** Replicas by CPU, with a HorizontalPodAutoscaler. */
export interface Autoscaling {
  /** The fewest pods. */
  readonly least: number;
  /** The most pods. */
  readonly most: number;
  /** Of the requested CPU, on average over all pods; above it another pod is started. */
  readonly cpuPercent: number;
}

/** Replicas by KEDA, with a ScaledObject. */
export interface KedaScaling {
  /** What the ScaledObject says. */
  readonly keda: KedaScaledObject;
}

/** The bounds and triggers of a ScaledObject. */
export interface KedaScaledObject {
  /** The fewest pods. */
  readonly least: number;
  /** The most pods. */
  readonly most: number;
  /** Triggers, each as KEDA documents it. */
  readonly triggers: readonly KedaTrigger[];
}

/** One trigger of a ScaledObject. */
export interface KedaTrigger {
  /** Such as prometheus, cpu or cron. */
  readonly type: string;
  /** What the trigger asks for. */
  readonly metadata: Labels;
  /** AverageValue, Value or Utilization. */
  readonly metricType?: 'AverageValue' | 'Value' | 'Utilization' | undefined;
  /** Name of a TriggerAuthentication in the namespace of the service. */
  readonly authentication?: string | undefined;
}

/** How many pods a drained node may take away. State one bound. */
export interface DisruptionBudget {
  /** The most pods that may be missing: a number, or a share such as 25%. */
  readonly maxUnavailable?: number | string | undefined;
  /** The fewest pods that must stay: a number, or a share such as 50%. */
  readonly minAvailable?: number | string | undefined;
}

/** An Ingress. */
export interface IngressExposure {
  readonly kind: 'ingress';
  /** Name of the object; needed beside another Ingress. */
  readonly name?: string | undefined;
  /** The IngressClass. */
  readonly className: string;
  /** The host under which clients reach the API. */
  readonly host: string;
  /** Secret with the certificate, in the namespace of the service: made by cert-manager or by hand. */
  readonly tlsSecret: string;
  /** Annotations, such as those of the controller and of cert-manager. */
  readonly annotations?: Labels | undefined;
  /** Where the pods of the controller are. Only they and the scrapers get in. */
  readonly from: readonly Peer[];
}

type RouteRule = NonNullable<IHTTPRoute['spec']['rules']>[number];

/** An HTTPRoute of the Gateway API. Its Gateway holds the certificate. */
export interface GatewayExposure {
  readonly kind: 'gateway';
  /** Name of the object; needed beside another HTTPRoute. */
  readonly name?: string | undefined;
  /** The Gateway. */
  readonly gateway: GatewayReference;
  /** The host under which clients reach the API. */
  readonly host: string;
  /** Annotations of the route. */
  readonly annotations?: Labels | undefined;
  /** Filters, as the Gateway API defines them. */
  readonly filters?: readonly NonNullable<RouteRule['filters']>[number][] | undefined;
  /** Timeouts: `request` and `backendRequest`, such as 10s. */
  readonly timeouts?: RouteRule['timeouts'] | undefined;
  /** Where the pods of the gateway are. Only they and the scrapers get in. */
  readonly from: readonly Peer[];
}

/** A Gateway, and which of its listeners. */
export interface GatewayReference {
  /** Name of the Gateway. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
  /** Name of one listener; all of them without it. */
  readonly listener?: string | undefined;
}

/** One way in from outside of the cluster. */
export type Exposure = IngressExposure | GatewayExposure;

/** A value of a variable that is taken from a Secret or a ConfigMap of the service's namespace. */
export interface ValueReference {
  /** Name of the Secret. */
  readonly secret?: string | undefined;
  /** Name of the ConfigMap. State this or `secret`. */
  readonly configMap?: string | undefined;
  /** The key in it. */
  readonly key: string;
}

/** Users are kept in Redis. */
export interface UsersInRedis {
  readonly in: 'redis';
}

/** PostgreSQL that exists already. Its URL is in the Secret `database-secret`, key `url`. */
export interface UsersInPostgres {
  readonly in: 'postgres';
  /** Where it is. */
  readonly at: readonly Peer[];
  /** Its port; 5432 by default. */
  readonly port?: number | undefined;
  /** The authority of its certificate. The URL then asks for TLS with sslmode=verify-full. */
  readonly ca?: CertificateAuthority | undefined;
  /** The client certificate that it asks for. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** Connections of one pod; 10 by default. */
  readonly poolSize?: number | undefined;
  /** Connections that the server allows to this service. Replicas × poolSize must stay under it. */
  readonly maxConnections?: number | undefined;
}

/** PostgreSQL that the CloudNativePG operator runs beside the service. */
export interface UsersInCloudNativePg extends PostgresOptions {
  readonly in: 'cloudnative-pg';
}

/** A cluster of PostgreSQL for the CloudNativePG operator. */
export interface PostgresOptions {
  /** Instances, one of which is the primary. */
  readonly instances: number;
  /** Requested CPU of an instance. */
  readonly cpu: Quantity;
  /** Requested memory of an instance, and its limit. */
  readonly memory: Quantity;
  /** Size of the volume of an instance. */
  readonly storage: Quantity;
  /** StorageClass; that of the cluster by default. */
  readonly storageClass?: string | undefined;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  /** Connections of one pod of the service; 10 by default. */
  readonly poolSize?: number | undefined;
  /** Connections that the server allows; 100 by default. */
  readonly maxConnections?: number | undefined;
  /** Backups in an object store; none by default. */
  readonly backup?: PostgresBackup | undefined;
  /** The lost cluster whose backup a new one starts with; none by default. */
  readonly recovery?: PostgresRecovery | undefined;
}

/** The Redis of these manifests: one pod with a disk, for clusters that have none. */
export interface RedisOptions {
  /** Image, pinned; a Redis 7.2 by default. */
  readonly image?: string | undefined;
  /** Requested CPU; 250m by default. */
  readonly cpu?: Quantity | undefined;
  /** Requested memory, and its limit. Redis may fill half of it. */
  readonly memory: Quantity;
  /**
   * Size of the volume: three times the memory or more, since a rewrite of the append-only file needs room.
   */
  readonly storage: Quantity;
  /** StorageClass; that of the cluster by default. */
  readonly storageClass?: string | undefined;
  /** Regular dumps on a volume of their own; none by default. */
  readonly backup?: RedisBackup | undefined;
  /** What the pod is given besides what it needs. */
  readonly pod?: PodOptions | undefined;
}

export interface RedisBackup {
  /** When, in the five fields of cron, by the clock of the cluster; `0 3 * * *` by default. */
  readonly schedule?: string | undefined;
  /** How many dumps are kept; 7 by default. */
  readonly keep?: number | undefined;
  /** Size of the volume: room for one dump more than are kept. */
  readonly storage: Quantity;
  /** StorageClass; that of the cluster by default. */
  readonly storageClass?: string | undefined;
}

/** A Redis of these manifests. */
export interface RedisHere extends RedisOptions {
  readonly kind: 'here';
}

/** A Redis that exists already: its host or its nodes are among the settings. */
export interface RedisElsewhere {
  readonly kind: 'elsewhere';
  /** Where it is. */
  readonly at: readonly Peer[];
  /**
   * Ports that its nodes announce, besides those among the settings: of a cluster's other nodes, of a primary
   * behind sentinels.
   */
  readonly ports?: readonly number[] | undefined;
  /** The authority of its certificate. */
  readonly ca?: CertificateAuthority | undefined;
  /** The client certificate that it asks for. */
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** What the Prometheus operator is given. Its CRDs must be in the cluster. */
export interface MonitoringOptions {
  /** Labels by which the operator finds its objects. */
  readonly labels: Labels;
  /**
   * URL under which people read the pages of docs/runbooks, for the alerts. A path in this repository where
   * it is missing.
   */
  readonly runbooks?: string | undefined;
  /**
   * What the service promises for any 30 days, in percent. The alerts follow how fast its budget is spent.
   */
  readonly slo?: ServiceLevel | undefined;
}

export interface ServiceLevel {
  /** Requests that are not answered with a status from 500 up. 99.9 where it is missing. */
  readonly availability?: number | undefined;
  /** Requests without a password that are answered within 250 ms. 99 where it is missing. */
  readonly latency?: number | undefined;
}

/** Where the External Secrets operator finds the values. */
export interface ExternalSecretsOptions {
  /** Name of the ClusterSecretStore. */
  readonly store: string;
  /** Path in the store, under which each Secret has an entry of its name. */
  readonly path: string;
}

/** The namespaces of an environment. */
export interface NamespaceNames {
  /** Of the service; saferoute by default. */
  readonly service?: string | undefined;
  /** Of Redis, where it is one of these manifests; data by default. */
  readonly data?: string | undefined;
}

/** A change of one value, made last. */
export interface Patch {
  /** Kind of the object. */
  readonly kind: string;
  /** Name of the object. */
  readonly name: string;
  /** JSON Pointer of the value. What holds it must exist. */
  readonly pointer: string;
  /** The new value. */
  readonly value: unknown;
}

/** A policy that the manifests need not fulfil. The reason is shown as an annotation. */
export interface Waiver {
  /** Name of the policy, as `npm run validate` shows it. */
  readonly policy: string;
  /** Why, for those who review. */
  readonly reason: string;
}

/** What the service can be given, wherever Redis and the users are. */
export interface ServiceOptions {
  /** Image, pinned: name:tag, with its digest where there is one. */
  readonly image: string;
  /** Values of the service's variables (configuration.md), all of which have defaults. */
  readonly settings?: Readonly<Partial<Record<PlainVariable, string | undefined>>> | undefined;
  /** Variables that are not the service's, such as UV_THREADPOOL_SIZE or NODE_EXTRA_CA_CERTS. */
  readonly env?: Readonly<Record<string, string | ValueReference>> | undefined;
  /** Which variables come from their Secret; REDIS_PASSWORD by default. */
  readonly secrets?: readonly SecretVariable[] | undefined;
  /** How the container gets them: as files, which follow a rotation, or as variables. Files by default. */
  readonly secretsAs?: 'files' | 'variables' | undefined;
  /** Number of pods: fixed, or scaled by CPU or by KEDA. From 2 to 6 by default. */
  readonly replicas?: number | Autoscaling | KedaScaling | undefined;
  /** Requests and limits of the container. */
  readonly resources?: Resources | undefined;
  /** How the service is reached from outside of the cluster; not at all by default. */
  readonly exposure?: readonly Exposure[] | undefined;
  /** Who may read the metrics. */
  readonly scrapers?: readonly Peer[] | undefined;
  /** What the pods are given besides what they need. */
  readonly pod?: PodOptions | undefined;
  /** How many pods a drained node may take away; one by default. */
  readonly disruptionBudget?: DisruptionBudget | undefined;
  /** Labels of every object and pod. */
  readonly labels?: Labels | undefined;
  /** Annotations of every object and pod. */
  readonly annotations?: Labels | undefined;
  /** Where the cluster's DNS is; kube-dns in kube-system and NodeLocal DNSCache by default. */
  readonly dns?: readonly Peer[] | undefined;
  /** `openshift` leaves the choice of user and group to OpenShift; `restricted` by default. */
  readonly podSecurity?: 'restricted' | 'openshift' | undefined;
  /** Allows APP_ENV development, with which a fault of Redis loses tokens instead of stopping requests. */
  readonly allowDevelopment?: boolean | undefined;
}

/** What differs between environments: all that a person who deploys has to touch. */
export interface Environment extends ServiceOptions {
  /** The name of its file, and of its folder under manifests. */
  readonly name: string;
  /** The namespaces, for several environments in one cluster. */
  readonly namespaces?: NamespaceNames | undefined;
  /** Where users are kept for good; in Redis by default. */
  readonly users?: UsersInRedis | UsersInPostgres | UsersInCloudNativePg | undefined;
  /** The Redis of these manifests, or one that exists already. */
  readonly redis: RedisHere | RedisElsewhere;
  /** ServiceMonitor, alerts and dashboard, for a cluster with the Prometheus operator. */
  readonly monitoring?: MonitoringOptions | undefined;
  /** Secrets by the External Secrets operator. */
  readonly externalSecrets?: ExternalSecretsOptions | undefined;
  /** Changes of single values, made last. Policies see the result. */
  readonly patches?: readonly Patch[] | undefined;
  /** Policies that this environment need not fulfil. */
  readonly waivers?: readonly Waiver[] | undefined;
}
