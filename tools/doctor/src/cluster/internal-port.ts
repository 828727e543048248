import { failed, type Finding, ok } from '../check.ts';
import { askInPod } from './ask-in-pod.ts';
import type { Cluster } from './cluster.ts';

interface InternalHealth {
  readonly files?: readonly { readonly variable: string; readonly problem: string | null }[];
}

/** The lists that other services and endpoints depend on. */
const LISTS = ['SERVICE_TOKENS_FILE', 'WEBHOOKS_FILE'];

/**
 * Asks the internal port whether its lists are in force. It asks inside a pod, because the NetworkPolicy
 * keeps the API server from this port.
 */
export async function examineInternalPort(cluster: Cluster): Promise<Finding> {
  const workload = await cluster.workload();
  if (LISTS.every((name) => workload.variable(name) === undefined)) {
    return ok('It serves health and metrics alone, because the service has no list.');
  }
  const { files = [] } = JSON.parse(await askInPod(cluster, workload, 'INTERNAL_PORT')) as InternalHealth;
  const refused = files.filter(({ problem }) => problem !== null);
  const saw = refused.map(({ variable, problem }) => `${variable} is refused: ${String(problem)}`);
  if (refused.length > 0)
    return failed(saw.join('\n'), `kubectl logs ${workload.podOptions} --tail=20 --prefix`);
  return ok(`These lists are in force: ${files.map(({ variable }) => variable).join(', ')}.`);
}
