import { ApiObject, type App, Chart } from 'cdk8s';
import type { Environment } from '../environment/environment.ts';
import { DATA_NAMESPACE, NAMESPACE } from '../kit/identity.ts';
import { namespaceLabels, SERVICE_SELECTOR } from '../kit/labels.ts';
import type { Release } from '../environment/release.ts';
import { declaredSecret } from '../environment/wired-variables.ts';
import { POSTGRES_CLUSTER, type Wiring } from '../environment/wiring.ts';

const LABELS = { ...namespaceLabels, ...SERVICE_SELECTOR, 'app.kubernetes.io/component': 'secrets' };

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/**
 * On request: the Secrets that are referred to, each fetched where it is needed, since a Secret stays in its
 * namespace.
 */
export function externalSecrets(app: App, { environment, wiring }: Release): void {
  const from = environment.externalSecrets;
  if (!from) return;
  const chart = new Chart(app, 'secrets', { labels: LABELS, disableResourceNameHashes: true });
  for (const { namespace, name, keys } of wantedSecrets(environment, wiring)) {
    new ApiObject(chart, `${namespace}-${name}`, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { namespace, name },
      spec: {
        refreshInterval: '1h',
        secretStoreRef: { kind: 'ClusterSecretStore', name: from.store },
        target: { name, creationPolicy: 'Owner' },
        data: keys.map((key) => ({
          secretKey: key,
          remoteRef: { key: `${from.path}/${name}`, property: key },
        })),
      },
    });
  }
}

function wantedSecrets({ redis }: Environment, wiring: Wiring): readonly Wanted[] {
  const refs = [...wiring.values()].filter((source) => source.from === 'secret');
  // The operator of the database makes its own.
  const ours = refs.filter(({ name }) => name !== `${POSTGRES_CLUSTER}-app`);
  const service = Object.entries(Object.groupBy(ours, ({ name }) => name)).map(([name, of = []]) => ({
    namespace: NAMESPACE,
    name,
    keys: of.map(({ key }) => key),
  }));
  const { name, key } = declaredSecret('REDIS_PASSWORD');
  return redis.kind === 'here' ? [...service, { namespace: DATA_NAMESPACE, name, keys: [key] }] : service;
}
