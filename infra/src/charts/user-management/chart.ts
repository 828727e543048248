import { type App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { CONFIG_MAP, NAMESPACE, SERVICE } from '../../kit/identity.ts';
import { SERVICE_SELECTOR, serviceLabels } from '../../kit/labels.ts';
import type { Release } from '../../environment/release.ts';
import { configData } from './config.ts';
import { deploy } from './deployment.ts';
import { expose } from './exposure.ts';
import { restrictNetwork } from './network.ts';
import { scale } from './scaling.ts';

/** The port of the Service, whatever the container listens on. */
export const SERVICE_PORT = { name: 'http', number: 80 };

export function userManagement(app: App, release: Release): void {
  const { environment, settings } = release;
  const chart = new Chart(app, SERVICE, {
    namespace: NAMESPACE,
    labels: serviceLabels(environment.image),
    disableResourceNameHashes: true,
  });
  new kplus.ServiceAccount(chart, 'account', {
    metadata: { name: SERVICE },
    automountToken: false,
  });
  new kplus.ConfigMap(chart, 'config', {
    metadata: { name: CONFIG_MAP },
    data: configData(release.wiring),
  });
  const deployment = deploy(chart, release);
  scale(chart, deployment, environment);
  const service = new kplus.Service(chart, 'service', {
    metadata: { name: SERVICE },
    ports: [{ name: SERVICE_PORT.name, port: SERVICE_PORT.number, targetPort: settings.http.port }],
  });
  for (const [label, value] of Object.entries(SERVICE_SELECTOR)) service.selectLabel(label, value);
  restrictNetwork(chart, release);
  if (environment.exposure) expose(chart, environment.exposure, service);
}
