import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { checkAs, InvalidOptions, type Release } from '../../environment/check-environment.ts';
import { type NeededSecret, neededSecrets } from '../../environment/needed-secrets.ts';
import type * as options from '../../environment/props.ts';
import { CONFIG_MAP, DEFAULT_NAMESPACES, INTERNAL_PORT, SERVICE, SERVICE_PORT } from '../../kit/identity.ts';
import { type Labels, SERVICE_SELECTOR, serviceLabels } from '../../kit/labels.ts';
import { LabelledChart } from '../labelled-chart.ts';
import { Postgres } from '../postgres/postgres.ts';
import { Redis } from '../redis/redis.ts';
import { configData } from './config.ts';
import { deployment } from './deployment.ts';
import { expose } from './exposure.ts';
import { networkPolicy } from './network.ts';
import { scale } from './scaling.ts';

export interface UserManagementProps extends options.ServiceOptions {
  /** Its namespace. */
  readonly namespace: string;
  /** A `Redis` of the same app, or an existing one. */
  readonly redis: Redis | options.RedisElsewhere;
  /** The store of the users: a `Postgres` of the same app, an existing PostgreSQL, or Redis (the default). */
  readonly users?: Postgres | options.UsersInPostgres | options.UsersInRedis | undefined;
}

/**
 * The service: Deployment, Service, ConfigMap, ServiceAccount, scaling, disruption budget, network policy and
 * exposure.
 */
export class UserManagement extends LabelledChart {
  /** The labels of its pods for selectors and network policies. */
  readonly podLabels: Labels = SERVICE_SELECTOR;
  readonly serviceName = SERVICE;
  /** The port of the Service. */
  readonly port = SERVICE_PORT.number;
  readonly portName = SERVICE_PORT.name;
  /** The port of the container. */
  readonly containerPort: number;
  readonly deployment: ApiObject;
  /** The Redis of the same app, where there is one. */
  readonly redis: Redis | undefined;
  /** The Secrets that must exist before the pods start, also that of its `Redis`. */
  readonly neededSecrets: readonly NeededSecret[];

  /** @throws {InvalidOptions} */
  constructor(scope: Construct, id: string, props: UserManagementProps) {
    const release = check(id, props);
    const { environment, settings, wiring } = release;
    super(scope, id, {
      namespace: environment.namespaces.service,
      labels: { ...environment.labels, ...serviceLabels('service', environment.image) },
      annotations: environment.annotations,
    });
    this.containerPort = settings.http.port;
    this.neededSecrets = neededSecrets(environment, wiring);
    this.redis = props.redis instanceof Redis ? props.redis.allowFrom(props.namespace) : undefined;
    this.#addAccount(release);
    new k8s.KubeConfigMap(this, 'config', {
      metadata: { name: CONFIG_MAP },
      data: configData(wiring),
      immutable: false,
    });
    this.deployment = new ApiObject(this, 'deployment', deployment(release));
    scale(this, environment);
    this.#addService(settings.http.internalPort);
    new k8s.KubeNetworkPolicy(this, 'network', networkPolicy(release));
    expose(this, environment.exposure);
  }

  #addAccount({ environment: { pod } }: Release): void {
    const { name = SERVICE, create = true, annotations = {} } = pod.serviceAccount ?? {};
    if (!create) return;
    new k8s.KubeServiceAccount(this, 'account', {
      metadata: { name, annotations },
      automountServiceAccountToken: false,
    });
  }

  #addService(internalPort: number): void {
    new k8s.KubeService(this, 'service', {
      metadata: { name: SERVICE },
      spec: {
        type: 'ClusterIP',
        selector: { ...SERVICE_SELECTOR },
        ports: [
          {
            name: SERVICE_PORT.name,
            port: SERVICE_PORT.number,
            targetPort: k8s.IntOrString.fromNumber(this.containerPort),
          },
          {
            name: INTERNAL_PORT.name,
            port: INTERNAL_PORT.number,
            targetPort: k8s.IntOrString.fromNumber(internalPort),
          },
        ],
      },
    });
  }
}

/** Runs the checks of an environment, because these props are an environment without a name. */
function check(id: string, { namespace, redis, users, ...given }: UserManagementProps): Release {
  const of = `The UserManagement ${id}`;
  const data = redis instanceof Redis ? redis.options.namespace : DEFAULT_NAMESPACES.data;
  const release = checkAs(of, {
    ...given,
    name: SERVICE,
    namespaces: { service: namespace, data },
    redis: redis instanceof Redis ? here(redis) : redis,
    users: users instanceof Postgres ? { in: 'cloudnative-pg', ...users.options } : users,
  });
  if (redis instanceof Redis && release.environment.users.in === 'redis' && !redis.options.holdsUsers) {
    throw new InvalidOptions(of, ['redis.holdsUsers is false. With users in Redis it must be true.']);
  }
  return release;
}

function here({ options: { image, cpu, memory, storage, storageClass, pod } }: Redis) {
  return { kind: 'here', image, cpu, memory, storage, storageClass, pod };
}
