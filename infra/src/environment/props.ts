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
import type { FileVariable, PlainVariable, SecretVariable } from './wired-variables.ts';

export type * from './postgres-backup-props.ts';

type Labels = Readonly<Record<string, string>>;
type Quantity = string;

/** A peer inside the cluster: pods of a namespace. */
export interface NamespacePeer {
  /** Name of the namespace. */
  readonly namespace: string;
  /** Labels of the pods. Without them, all pods of the namespace. */
  readonly labels?: Labels | undefined;
}

/** A peer by address. Network policies know addresses, not host names. */
export interface AddressPeer {
  /** An address range, such as 10.20.0.0/16. */
  readonly cidr: string;
}

/** The other end of a connection that a network policy allows. */
export type Peer = NamespacePeer | AddressPeer;

/** A certificate authority, as PEM, in an object that exists in the namespace of the service. */
export interface CertificateAuthority {
  /** Name of a ConfigMap. */
  readonly configMap?: string | undefined;
  /** Name of a Secret. State either this or `configMap`. */
  readonly secret?: string | undefined;
  /** Key of the PEM file in it. */
  readonly key: string;
}

/**
 * A client certificate and its private key (mTLS), in a Secret that exists in the namespace of the service.
 */
export interface ClientCertificate {
  /** Name of the Secret, for example of the type kubernetes.io/tls. */
  readonly secret: string;
  /** Key of the certificate in it. */
  readonly cert?: string | undefined;
  /** Key of the private key in it. */
  readonly key?: string | undefined;
}

/** The ServiceAccount of the pods. It never has a token. */
export interface ServiceAccountOptions {
  /** Its name. The default is the name of the workload. */
  readonly name?: string | undefined;
  /** False when an account of that name already exists. */
  readonly create?: boolean | undefined;
  /** Annotations, such as those of a cloud provider's workload identity. */
  readonly annotations?: Labels | undefined;
}

/** Additional options of a pod. Each field has the form that Kubernetes defines. */
export interface PodOptions {
  /** Labels of the pods only. */
  readonly labels?: Labels | undefined;
  /** Annotations of the pods only. */
  readonly annotations?: Labels | undefined;
  /** Labels that a node must have. */
  readonly nodeSelector?: Labels | undefined;
  /** Taints that the pods tolerate. */
  readonly tolerations?: readonly IToleration[] | undefined;
  /** Node and pod affinity. */
  readonly affinity?: IAffinity | undefined;
  /**
   * Replaces the spread over zones and nodes. A constraint without a selector gets the one of the workload.
   */
  readonly topologySpread?: readonly ITopologySpreadConstraint[] | undefined;
  /** Names of the Secrets for pulling images. */
  readonly imagePullSecrets?: readonly string[] | undefined;
  /** Additional lines of /etc/hosts. */
  readonly hostAliases?: readonly IHostAlias[] | undefined;
  /** Name of a PriorityClass. */
  readonly priorityClass?: string | undefined;
  /** Name of a RuntimeClass. */
  readonly runtimeClass?: string | undefined;
  /** Additional volumes. */
  readonly volumes?: readonly IVolume[] | undefined;
  /** Mounts of these volumes in the main container. */
  readonly volumeMounts?: readonly IVolumeMount[] | undefined;
  /**
   * Containers that run before the main one. They are hardened like it, except where they state another
   * value.
   */
  readonly initContainers?: readonly IContainer[] | undefined;
  /** Containers that run beside the main one. They are hardened in the same way. */
  readonly sidecars?: readonly IContainer[] | undefined;
  /** How names are resolved. The default is ClusterFirst. */
  readonly dnsPolicy?: 'ClusterFirst' | 'Default' | undefined;
  /** The ServiceAccount. */
  readonly serviceAccount?: ServiceAccountOptions | undefined;
}

/** Requests and limits of a container, in any unit that Kubernetes knows. */
export interface Resources {
  /** Requested CPU, such as 250m or 2. */
  readonly cpu: Quantity;
  /** Requested memory, such as 384Mi. It is also the limit, unless `limits` states one. */
  readonly memory: Quantity;
  /**
   * Limits. The default has none for CPU, because it would slow down a pod that hashes passwords on an idle
   * node.
   */
  readonly limits?: ResourceLimits | undefined;
}

/** Upper bounds of a container. */
export interface ResourceLimits {
  /** CPU. */
  readonly cpu?: Quantity | undefined;
  /** Memory. It must be at least the requested memory. */
  readonly memory?: Quantity | undefined;
}

/** Replicas by CPU, with a HorizontalPodAutoscaler. */
export interface Autoscaling {
  /** The fewest pods. */
  readonly least: number;
  /** The most pods. */
  readonly most: number;
  /** The average use of the requested CPU, in percent. Above it, another pod is started. */
  readonly cpuPercent: number;
}

/** Replicas by KEDA, with a ScaledObject. */
export interface KedaScaling {
  /** The bounds and the triggers. */
  readonly keda: KedaScaledObject;
}

/** The bounds and triggers of a ScaledObject. */
export interface KedaScaledObject {
  /** The fewest pods. */
  readonly least: number;
  /** The most pods. */
  readonly most: number;
  /** Triggers, in the form that KEDA documents. */
  readonly triggers: readonly KedaTrigger[];
}

/** One trigger of a ScaledObject. */
export interface KedaTrigger {
  /** The type, such as prometheus, cpu or cron. */
  readonly type: string;
  /** The values of the trigger. */
  readonly metadata: Labels;
  /** AverageValue, Value or Utilization. */
  readonly metricType?: 'AverageValue' | 'Value' | 'Utilization' | undefined;
  /** Name of a TriggerAuthentication in the namespace of the service. */
  readonly authentication?: string | undefined;
}

/** The number of pods that a drain may remove. State one bound. */
export interface DisruptionBudget {
  /** The most pods that may be missing: a number or a share, such as 25%. */
  readonly maxUnavailable?: number | string | undefined;
  /** The fewest pods that must stay: a number or a share, such as 50%. */
  readonly minAvailable?: number | string | undefined;
}

/** An Ingress. */
export interface IngressExposure {
  readonly kind: 'ingress';
  /** Name of the object. Required beside another Ingress. */
  readonly name?: string | undefined;
  /** The IngressClass. */
  readonly className: string;
  /** The host name of the API for clients. */
  readonly host: string;
  /** Secret with the certificate in the namespace of the service. cert-manager or a person creates it. */
  readonly tlsSecret: string;
  /** Annotations, such as those of the controller and of cert-manager. */
  readonly annotations?: Labels | undefined;
  /** The pods of the controller. Only they and the scrapers have access to the service. */
  readonly from: readonly Peer[];
}

type RouteRule = NonNullable<IHTTPRoute['spec']['rules']>[number];

/** An HTTPRoute of the Gateway API. Its Gateway holds the certificate. */
export interface GatewayExposure {
  readonly kind: 'gateway';
  /** Name of the object. Required beside another HTTPRoute. */
  readonly name?: string | undefined;
  /** The Gateway. */
  readonly gateway: GatewayReference;
  /** The host name of the API for clients. */
  readonly host: string;
  /** Annotations of the route. */
  readonly annotations?: Labels | undefined;
  /** Filters, as the Gateway API defines them. */
  readonly filters?: readonly NonNullable<RouteRule['filters']>[number][] | undefined;
  /** Timeouts: `request` and `backendRequest`, such as 10s. */
  readonly timeouts?: RouteRule['timeouts'] | undefined;
  /** The pods of the gateway. Only they and the scrapers have access to the service. */
  readonly from: readonly Peer[];
}

/** A Gateway and one of its listeners. */
export interface GatewayReference {
  /** Name of the Gateway. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
  /** Name of one listener. Without it, all listeners. */
  readonly listener?: string | undefined;
}

/** One way from outside the cluster to the API. */
export type Exposure = IngressExposure | GatewayExposure;

/** The value of a variable in a Secret or a ConfigMap of the service's namespace. */
export interface ValueReference {
  /** Name of the Secret. */
  readonly secret?: string | undefined;
  /** Name of the ConfigMap. State either this or `secret`. */
  readonly configMap?: string | undefined;
  /** The key in it. */
  readonly key: string;
}

/** Redis stores the users. */
export interface UsersInRedis {
  readonly in: 'redis';
}

/** An existing PostgreSQL. Its URL is in the Secret `database-secret`, key `url`. */
export interface UsersInPostgres {
  readonly in: 'postgres';
  /** Where it is. */
  readonly at: readonly Peer[];
  /** Its port. */
  readonly port?: number | undefined;
  /** The authority of its certificate. The URL then asks for TLS with sslmode=verify-full. */
  readonly ca?: CertificateAuthority | undefined;
  /** The client certificate that it asks for. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** Connections of one pod. */
  readonly poolSize?: number | undefined;
  /** Connections that the server allows to this service. Replicas × poolSize must not exceed it. */
  readonly maxConnections?: number | undefined;
}

/** A PostgreSQL that the CloudNativePG operator runs in the namespace of the service. */
export interface UsersInCloudNativePg extends PostgresOptions {
  readonly in: 'cloudnative-pg';
}

/** A cluster of PostgreSQL for the CloudNativePG operator. */
export interface PostgresOptions {
  /** Number of instances. One is the primary. */
  readonly instances: number;
  /** Requested CPU of an instance. */
  readonly cpu: Quantity;
  /** Requested memory of an instance. It is also the limit. */
  readonly memory: Quantity;
  /** Size of the volume of an instance. */
  readonly storage: Quantity;
  /** StorageClass; that of the cluster by default. */
  readonly storageClass?: string | undefined;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  /** Connections of one pod of the service. */
  readonly poolSize?: number | undefined;
  /** Connections that the server allows. */
  readonly maxConnections?: number | undefined;
  /** Backups in an object store; none by default. */
  readonly backup?: PostgresBackup | undefined;
  /** The lost cluster whose backup a new one starts with; none by default. */
  readonly recovery?: PostgresRecovery | undefined;
}

/**
 * A relay for mails. Its URL is in the Secret `smtp-secret`, key `url`, and the key for codes in the Secret
 * `secret-key`, key `key`. The settings must state MAIL_FROM.
 */
export interface MailOptions {
  /** Where the relay is. */
  readonly at: readonly Peer[];
  /** Its port, as in the URL. */
  readonly port?: number | undefined;
  /** ConfigMap in the namespace of the service, whose files replace the templates of the same name. */
  readonly templates?: string | undefined;
}

/** Receivers of webhooks on one port. */
export interface WebhookReceiver {
  /** Where they are. */
  readonly at: readonly Peer[];
  /** Their port, as in their URLs. */
  readonly port?: number | undefined;
}

/** The Redis of these manifests: one pod with a disk, for clusters without a Redis. */
export interface RedisOptions {
  /** Pinned image. */
  readonly image?: string | undefined;
  /** Requested CPU. */
  readonly cpu?: Quantity | undefined;
  /** Requested memory. It is also the limit. Redis may use half of it for data. */
  readonly memory: Quantity;
  /**
   * Size of the volume: at least three times the memory, because a rewrite of the append-only file needs
   * space.
   */
  readonly storage: Quantity;
  /** StorageClass; that of the cluster by default. */
  readonly storageClass?: string | undefined;
  /** Regular dumps on a separate volume. The default has none. */
  readonly backup?: RedisBackup | undefined;
  /** Additional options of the pod. */
  readonly pod?: PodOptions | undefined;
}

export interface RedisBackup {
  /** Schedule in the five fields of cron, by the clock of the cluster. */
  readonly schedule?: string | undefined;
  /** Number of dumps to keep. */
  readonly keep?: number | undefined;
  /** Size of the volume: space for one dump more than `keep`. */
  readonly storage: Quantity;
  /** StorageClass; that of the cluster by default. */
  readonly storageClass?: string | undefined;
}

/** The Redis of these manifests. */
export interface RedisHere extends RedisOptions {
  readonly kind: 'here';
}

/** An existing Redis. The settings name its host or its nodes. */
export interface RedisElsewhere {
  readonly kind: 'elsewhere';
  /** Where it is. */
  readonly at: readonly Peer[];
  /**
   * Further ports that its nodes announce and the settings do not name: those of other nodes of a cluster, or
   * of a primary behind sentinels.
   */
  readonly ports?: readonly number[] | undefined;
  /** The authority of its certificate. */
  readonly ca?: CertificateAuthority | undefined;
  /** The client certificate that it asks for. */
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** Objects for the Prometheus operator. Its CRDs must be in the cluster. */
export interface MonitoringOptions {
  /** Labels by which the operator finds its objects. */
  readonly labels: Labels;
  /** URL of the pages of docs/runbooks, for the alerts. The default is their path in this repository. */
  readonly runbooks?: string | undefined;
  /** Objectives for any 30 days, in percent. The alerts watch how fast the error budget is spent. */
  readonly slo?: ServiceLevel | undefined;
}

export interface ServiceLevel {
  /** Share of requests with a status below 500. The default is 99.9. */
  readonly availability?: number | undefined;
  /** Share of requests without a password that are answered within 250 ms. The default is 99. */
  readonly latency?: number | undefined;
}

/** The place of the values for the External Secrets operator. */
export interface ExternalSecretsOptions {
  /** Name of the ClusterSecretStore. */
  readonly store: string;
  /** Path in the store. Below it, each Secret has an entry with its name. */
  readonly path: string;
}

/** The namespaces of an environment. */
export interface NamespaceNames {
  /** Namespace of the service. */
  readonly service?: string | undefined;
  /** Namespace of the Redis of these manifests. */
  readonly data?: string | undefined;
}

/** A change of one value. It is made last. */
export interface Patch {
  /** Kind of the object. */
  readonly kind: string;
  /** Name of the object. */
  readonly name: string;
  /** JSON Pointer of the value. The parent of the value must exist. */
  readonly pointer: string;
  /** The new value. */
  readonly value: unknown;
}

/** A policy that the manifests may break. An annotation shows the reason. */
export interface Waiver {
  /** Name of the policy, as `npm run validate` shows it. */
  readonly policy: string;
  /** The reason, for reviewers. */
  readonly reason: string;
}

/** Options of the service that do not depend on the place of Redis and of the users. */
export interface ServiceOptions {
  /** Pinned image: name:tag, optionally with its digest. */
  readonly image: string;
  /** Values of the variables of the service (configuration.md). All have defaults. */
  readonly settings?: Readonly<Partial<Record<PlainVariable, string | undefined>>> | undefined;
  /** Variables that do not belong to the service, such as UV_THREADPOOL_SIZE or NODE_EXTRA_CA_CERTS. */
  readonly env?: Readonly<Record<string, string | ValueReference>> | undefined;
  /** Variables that come from their Secret. */
  readonly secrets?: readonly SecretVariable[] | undefined;
  /**
   * Variables whose file comes from their Secret, such as SERVICE_TOKENS_FILE. Pods follow a change of it
   * without a restart.
   */
  readonly files?: readonly FileVariable[] | undefined;
  /** How the container gets secrets: as files, which follow a rotation, or as variables. */
  readonly secretsAs?: 'files' | 'variables' | undefined;
  /** Number of pods: fixed, or scaled by CPU or by KEDA. The default scales from 2 to 6. */
  readonly replicas?: number | Autoscaling | KedaScaling | undefined;
  /** The relay for mails. Without it, the service sends none. */
  readonly mail?: MailOptions | undefined;
  /** The receivers of webhooks, which the pods may reach. WEBHOOKS_FILE lists their URLs. */
  readonly webhooks?: readonly WebhookReceiver[] | undefined;
  /** Requests and limits of the container. */
  readonly resources?: Resources | undefined;
  /** Ways from outside the cluster to the service. The default has none. */
  readonly exposure?: readonly Exposure[] | undefined;
  /** The clients that may read the metrics. */
  readonly scrapers?: readonly Peer[] | undefined;
  /** The services and operators that may use the internal port. */
  readonly callers?: readonly Peer[] | undefined;
  /** The servers behind BREACHED_PASSWORDS_URL, which the pods may reach. */
  readonly breachedPasswords?: readonly Peer[] | undefined;
  /** Additional options of the pods. */
  readonly pod?: PodOptions | undefined;
  /** The number of pods that a drain may remove. */
  readonly disruptionBudget?: DisruptionBudget | undefined;
  /** Labels of every object and pod. */
  readonly labels?: Labels | undefined;
  /** Annotations of every object and pod. */
  readonly annotations?: Labels | undefined;
  /** DNS of the cluster. The default is kube-dns in kube-system, and NodeLocal DNSCache. */
  readonly dns?: readonly Peer[] | undefined;
  /** `openshift` leaves the choice of user and group to OpenShift. */
  readonly podSecurity?: 'restricted' | 'openshift' | undefined;
  /** Allows APP_ENV development. A loss of Redis then loses tokens instead of refusing requests. */
  readonly allowDevelopment?: boolean | undefined;
}

/** The differences between environments. A deployment needs no other change. */
export interface Environment extends ServiceOptions {
  /** The name of its file and of its folder in manifests. */
  readonly name: string;
  /** Namespaces, for several environments in one cluster. */
  readonly namespaces?: NamespaceNames | undefined;
  /** The store of the users. The default is Redis. */
  readonly users?: UsersInRedis | UsersInPostgres | UsersInCloudNativePg | undefined;
  /** The Redis of these manifests, or an existing one. */
  readonly redis: RedisHere | RedisElsewhere;
  /** ServiceMonitor, alerts and dashboard for a cluster with the Prometheus operator. */
  readonly monitoring?: MonitoringOptions | undefined;
  /** Secrets from the External Secrets operator. */
  readonly externalSecrets?: ExternalSecretsOptions | undefined;
  /** Changes of single values. They are made last, and policies check the result. */
  readonly patches?: readonly Patch[] | undefined;
  /** Policies that this environment may break. */
  readonly waivers?: readonly Waiver[] | undefined;
}
