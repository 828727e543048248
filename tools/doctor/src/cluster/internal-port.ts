import { failed, type Finding, ok } from '../check.ts';
import type { Cluster } from './cluster.ts';

const IN_POD =
  'fetch(`http://127.0.0.1:${process.env.INTERNAL_PORT || 8081}/health`).then((answer) => ' +
  'answer.text()).then(console.log)';

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
  const { namespace, name, container, podOptions } = workload;
  const pod = ['--namespace', namespace, `deployment/${name}`, '--container', container.name];
  const body = await cluster.kubectl('exec', ...pod, '--', 'node', '-e', IN_POD);
  const { files = [] } = JSON.parse(body) as InternalHealth;
  const refused = files.filter(({ problem }) => problem !== null);
  const saw = refused.map(({ variable, problem }) => `${variable} is refused: ${String(problem)}`);
  if (refused.length > 0) return failed(saw.join('\n'), `kubectl logs ${podOptions} --tail=20 --prefix`);
  return ok(`These lists are in force: ${files.map(({ variable }) => variable).join(', ')}.`);
}
