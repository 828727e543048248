import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NeededSecret } from '../environment/needed-secrets.ts';
import type { ExternalSecretsOptions } from '../environment/props.ts';
import { type Labels, serviceLabels } from '../kit/labels.ts';
import { LabelledChart } from './labelled-chart.ts';

export interface ExternalSecretsProps extends ExternalSecretsOptions {
  /** The Secrets to fetch: `neededSecrets` of a `UserManagement`. */
  readonly secrets: readonly NeededSecret[];
  /** Labels of every object. */
  readonly labels?: Labels | undefined;
  /** Annotations of every object. */
  readonly annotations?: Labels | undefined;
}

/**
 * Fetches Secrets with the External Secrets operator. Each Secret is fetched in every namespace that needs
 * it, because a Secret stays in its namespace.
 */
export class ExternalSecrets extends LabelledChart {
  constructor(scope: Construct, id: string, props: ExternalSecretsProps) {
    const { secrets, store, path, labels, annotations } = props;
    super(scope, id, { labels: { ...labels, ...serviceLabels('secrets') }, annotations });
    for (const { namespace, name, keys } of secrets) {
      new ApiObject(this, `${namespace}-${name}`, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { namespace, name },
        spec: {
          refreshInterval: '1h',
          secretStoreRef: { kind: 'ClusterSecretStore', name: store },
          target: { name, creationPolicy: 'Owner' },
          data: keys.map(({ key }) => ({
            secretKey: key,
            remoteRef: { key: `${path}/${name}`, property: key },
          })),
        },
      });
    }
  }
}
