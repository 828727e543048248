import type { Cluster } from './cluster.ts';
import type { Workload } from './workload.ts';

const DEFAULTS = { PORT: 8080, INTERNAL_PORT: 8081 };

/**
 * Reads the health from inside a pod, where no NetworkPolicy is in the way.
 * @param variable names the port.
 * @throws {KubectlFailed}
 */
export function askInPod(
  { kubectl }: Pick<Cluster, 'kubectl'>,
  { namespace, name, container }: Workload,
  variable: keyof typeof DEFAULTS,
): Promise<string> {
  const address = `\`http://127.0.0.1:\${process.env.${variable} || ${DEFAULTS[variable]}}/health\``;
  const program = `fetch(${address}).then((answer) => answer.text()).then(console.log)`;
  const pod = ['--namespace', namespace, `deployment/${name}`, '--container', container.name];
  return kubectl('exec', ...pod, '--', 'node', '-e', program);
}
