import { type App, Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-27';
import { DATA_NAMESPACE, NAMESPACE } from '../kit/identity.ts';
import { namespaceLabels } from '../kit/labels.ts';
import type { Release } from '../environment/release.ts';

/** Pod Security at its strictest: a pod that needs more is refused when it is created. */
const RESTRICTED = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]),
) as Readonly<Record<string, string>>;

/** A step of its own, before everything else: a dry run finds no namespace that is made in the same one. */
export function namespaces(app: App, { environment }: Release): void {
  const chart = new Chart(app, 'namespaces', { labels: namespaceLabels });
  const names = environment.redis.kind === 'here' ? [NAMESPACE, DATA_NAMESPACE] : [NAMESPACE];
  for (const name of names) new Namespace(chart, name, { metadata: { name, labels: RESTRICTED } });
}
