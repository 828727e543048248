import type { Kubectl } from './kubectl.ts';
import { SERVICE, selectorsOf } from './names.ts';
import type { Deployment } from './objects.ts';

/** The part of a `Cluster` that works before its Deployment is known. */
interface Searchable {
  readonly kubectl: Kubectl;
  listEverywhere<T>(kind: string, selector: string): Promise<readonly T[]>;
}

/**
 * Finds the Deployment by its labels, in every namespace that the context may read. With several environments
 * in one cluster, the namespace of the context chooses one.
 */
export async function findDeployment(cluster: Searchable): Promise<Deployment> {
  for (const selector of selectorsOf(SERVICE)) {
    const found = await cluster.listEverywhere<Deployment>('deployments', selector);
    const [first, ...others] = found;
    if (first) return others.length === 0 ? first : chooseByContext(cluster, found);
  }
  throw new Error(`No Deployment has the label ${selectorsOf(SERVICE).join(' or ')}.`);
}

async function chooseByContext(cluster: Searchable, found: readonly Deployment[]): Promise<Deployment> {
  const view = ['config', 'view', '--minify', '--output=jsonpath={..namespace}'];
  const current = (await cluster.kubectl(...view)).trim();
  const here = found.filter(({ metadata }) => metadata.namespace === current);
  if (here[0] && here.length === 1) return here[0];
  const all = found.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`).join(', ');
  throw new SeveralDeployments(`The cluster has several Deployments of the service: ${all}.`);
}

export class SeveralDeployments extends Error {}
