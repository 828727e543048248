import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { checkFields, InvalidOptions } from '../../environment/check-environment.ts';
import type { Peer, PostgresOptions } from '../../environment/props.ts';
import { postgresProblems } from '../../environment/rules/postgres.ts';
import { type CloudNativePg, POSTGRES_SCHEMA } from '../../environment/schema.ts';
import { POSTGRES_CLUSTER, POSTGRES_PODS, POSTGRES_PORT } from '../../kit/identity.ts';
import { type Labels, postgresLabels, SERVICE_SELECTOR } from '../../kit/labels.ts';
import { inNamespace, tcp, toPeer } from '../../kit/network.ts';
import { LabelledChart } from '../labelled-chart.ts';
import { addBackup, archiving, bootstrap } from './backup.ts';

export interface PostgresProps extends PostgresOptions {
  /** The namespace of the service, because the service needs the Secret with the URL. */
  readonly namespace: string;
  /** The clients that may read the metrics. */
  readonly scrapers?: readonly Peer[] | undefined;
  /** Labels of every object. */
  readonly labels?: Labels | undefined;
  /** Annotations of every object. */
  readonly annotations?: Labels | undefined;
}

/** The port on which instances report to the operator. */
const STATUS_PORT = 8000;
const METRICS_PORT = 9187;

/** A cluster of PostgreSQL for the CloudNativePG operator. */
export class Postgres extends LabelledChart {
  readonly options: Omit<CloudNativePg, 'in'>;
  /** The labels that the operator gives to its pods. */
  readonly podLabels: Labels = POSTGRES_PODS;
  /** The Service of the primary. */
  readonly serviceName = `${POSTGRES_CLUSTER}-rw`;
  readonly port = POSTGRES_PORT;
  readonly cluster: ApiObject;

  /** @throws {InvalidOptions} */
  constructor(scope: Construct, id: string, props: PostgresProps) {
    const { namespace, scrapers = [], labels, annotations, ...given } = props;
    const options = check(id, given);
    super(scope, id, { namespace, labels: { ...labels, ...postgresLabels }, annotations });
    this.options = options;
    this.cluster = new ApiObject(this, 'cluster', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: POSTGRES_CLUSTER },
      spec: clusterSpec(options),
    });
    addBackup(this, options);
    const itself = { podSelector: { matchLabels: POSTGRES_PODS } };
    new k8s.KubeNetworkPolicy(this, 'network', {
      metadata: { name: POSTGRES_CLUSTER },
      spec: {
        podSelector: { matchLabels: POSTGRES_PODS },
        // Egress is not limited, because the pods need the API server, and its address is not known here.
        policyTypes: ['Ingress'],
        ingress: [
          { from: [{ podSelector: { matchLabels: SERVICE_SELECTOR } }, itself], ports: tcp(POSTGRES_PORT) },
          {
            from: [inNamespace(options.operatorNamespace), itself],
            ports: tcp(POSTGRES_PORT, STATUS_PORT),
          },
          ...(scrapers.length > 0 ? [{ from: scrapers.map(toPeer), ports: tcp(METRICS_PORT) }] : []),
        ],
      },
    });
  }
}

const clusterSpec = (options: Omit<CloudNativePg, 'in'>) => {
  const { instances, cpu, memory, storage, storageClass, maxConnections } = options;
  return {
    instances,
    postgresql: {
      parameters: { max_connections: String(maxConnections) },
      // Every acknowledged write is on two disks. With two instances the loss of one would stop all writes,
      // so this needs three.
      ...(instances > 2 && { synchronous: { method: 'any', number: 1 } }),
    },
    ...bootstrap(options),
    ...archiving(options),
    storage: { size: storage, ...(storageClass && { storageClass }) },
    resources: { requests: { cpu, memory }, limits: { memory } },
  };
};

function check(id: string, given: PostgresOptions) {
  const of = `The Postgres ${id}`;
  const options = checkFields(of, POSTGRES_SCHEMA, given);
  const problems = postgresProblems(options);
  if (problems.length > 0) throw new InvalidOptions(of, problems);
  return options;
}
