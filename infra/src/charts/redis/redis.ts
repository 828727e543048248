import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { checkFields, InvalidOptions } from '../../environment/check-environment.ts';
import type { RedisOptions } from '../../environment/props.ts';
import { redisProblems } from '../../environment/rules/redis.ts';
import { REDIS_SCHEMA } from '../../environment/schema.ts';
import { DEFAULT_NAMESPACES, REDIS, REDIS_PORT, redisHost } from '../../kit/identity.ts';
import {
  BACKUP_SELECTOR,
  type Labels,
  REDIS_SELECTOR,
  redisLabels,
  SERVICE_SELECTOR,
} from '../../kit/labels.ts';
import { inNamespace, tcp } from '../../kit/network.ts';
import { LabelledChart } from '../labelled-chart.ts';
import { addBackup } from './backup.ts';
import { configFiles } from './config.ts';
import { DATA_CLAIM, REDIS_CONFIG_MAP, statefulSet } from './stateful-set.ts';

export interface RedisProps extends RedisOptions {
  /** The namespace of Redis. It must differ from that of the service. */
  readonly namespace: string;
  /** Whether it stores the users, so that every acknowledged write is on the disk. True by default. */
  readonly holdsUsers?: boolean | undefined;
  /** Labels of every object and of the pod. */
  readonly labels?: Labels | undefined;
  /** Annotations of every object and of the pod. */
  readonly annotations?: Labels | undefined;
  /** `openshift` leaves the choice of user and group to OpenShift. The default is `restricted`. */
  readonly podSecurity?: 'restricted' | 'openshift' | undefined;
}

/** A Redis with a disk and a password, for clusters without one. */
export class Redis extends LabelledChart {
  readonly options: ReturnType<typeof REDIS_SCHEMA.parse>;
  /** The labels of its pod for network policies. */
  readonly podLabels: Labels = REDIS_SELECTOR;
  readonly serviceName = REDIS;
  readonly port = REDIS_PORT;
  /** The host name for clients. */
  readonly host: string;
  readonly statefulSet: ApiObject;
  /** The claim of its volume. */
  readonly volume: { readonly namespace: string; readonly claim: string };
  readonly #clients = new Set<string>();

  /** @throws {InvalidOptions} */
  constructor(scope: Construct, id: string, props: RedisProps) {
    const options = check(id, props);
    super(scope, id, {
      namespace: options.namespace,
      labels: { ...options.labels, ...redisLabels(options.image) },
      annotations: options.annotations,
    });
    this.options = options;
    this.volume = { namespace: options.namespace, claim: DATA_CLAIM };
    this.host = redisHost({ ...DEFAULT_NAMESPACES, data: options.namespace });
    const files = configFiles(options);
    this.#addAccount();
    new k8s.KubeConfigMap(this, 'config', { metadata: { name: REDIS_CONFIG_MAP }, data: files });
    this.statefulSet = new ApiObject(this, 'stateful-set', statefulSet(options, files));
    this.#addService();
    this.#addNetworkPolicy();
    addBackup(this, options);
  }

  /** Allows access from the pods of the service in a namespace. A `UserManagement` calls it for its own. */
  allowFrom(namespace: string): this {
    this.#clients.add(namespace);
    return this;
  }

  #addAccount(): void {
    const { name = REDIS, create = true, annotations = {} } = this.options.pod.serviceAccount ?? {};
    if (!create) return;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name, annotations },
      automountServiceAccountToken: false,
    });
  }

  #addService(): void {
    new k8s.KubeService(this, 'service', {
      metadata: { name: REDIS },
      spec: {
        type: 'ClusterIP',
        selector: REDIS_SELECTOR,
        ports: [{ name: REDIS, port: REDIS_PORT, targetPort: k8s.IntOrString.fromString(REDIS) }],
      },
    });
    new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
      metadata: { name: REDIS },
      // A budget that protects the only pod would block every drain of its node.
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: REDIS_SELECTOR } },
    });
  }

  #addNetworkPolicy(): void {
    const backup = this.options.backup ? [{ podSelector: { matchLabels: BACKUP_SELECTOR } }] : [];
    const clients = () => [...[...this.#clients].map((one) => inNamespace(one, SERVICE_SELECTOR)), ...backup];
    new k8s.KubeNetworkPolicy(this, 'network', {
      metadata: { name: REDIS },
      spec: {
        podSelector: { matchLabels: REDIS_SELECTOR },
        // There are no rules for egress, because Redis opens no connections.
        policyTypes: ['Ingress', 'Egress'],
        // A rule without clients would allow every client. All clients are known only after all constructs
        // exist.
        ingress: Lazy.any({
          produce: () => (clients().length > 0 ? [{ from: clients(), ports: tcp(REDIS_PORT) }] : undefined),
        }) as never,
      },
    });
  }
}

function check(id: string, props: RedisProps) {
  const of = `The Redis ${id}`;
  const options = checkFields(of, REDIS_SCHEMA, props);
  const problems = redisProblems(options);
  if (problems.length > 0) throw new InvalidOptions(of, problems);
  return options;
}
