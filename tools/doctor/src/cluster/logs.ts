import { failed, type Finding, ok, skipped } from '../check.ts';
import { explain } from '@user-management/domain';
import type { Cluster } from './cluster.ts';
import { isReady } from './describe-pod.ts';
import { NAMESPACE, SERVICE } from './names.ts';
import type { Pod } from './objects.ts';

const MOST_PODS = 5;
const LINES_READ = 1_000;
const LINES_SHOWN = 3;
const WORRYING = /Redis lost|cannot be used|does not start|cannot keep users/;

/** What the pods last said about Redis; those in trouble first. */
export async function examineLogs(cluster: Cluster): Promise<Finding> {
  if (cluster.secrets.size === 0)
    return skipped('not shown: without the Secret nobody could tell a password in them');
  const inOrder = [...(await cluster.pods())].sort(
    (one, other) => Number(isReady(one)) - Number(isReady(other)),
  );
  const logs = await Promise.all(inOrder.slice(0, MOST_PODS).map((pod) => linesAboutRedis(cluster, pod)));
  const lines = logs.flat();
  if (lines.length === 0) return skipped('no pod says anything about Redis');
  const worried = logs.some((log) => WORRYING.test(log.at(-1) ?? ''));
  const inside =
    `kubectl exec --namespace ${NAMESPACE} deployment/${SERVICE} -- ` + 'node tools/doctor/src/main.ts';
  return worried ? failed(lines.join('\n'), inside) : ok(lines.join('\n'));
}

async function linesAboutRedis({ kubectl }: Cluster, { metadata }: Pod): Promise<readonly string[]> {
  const query = ['logs', metadata.name, '--namespace', NAMESPACE, '--container', SERVICE];
  const log = await kubectl(...query, `--tail=${LINES_READ}`).catch(noLogYet);
  const lines = log.split('\n').filter((line) => /redis/i.test(line));
  return lines.slice(-LINES_SHOWN).map((line) => `${metadata.name}: ${shorten(line)}`);
}

/** A container that has not been created has no log, which is for the check of the pods to say. */
function noLogYet(error: unknown): string {
  if (/forbidden/i.test(explain(error))) throw error;
  return '';
}

/** What people look for in a line of JSON. */
function shorten(line: string): string {
  try {
    const { time, level, msg, err } = JSON.parse(line) as Record<string, unknown>;
    const cause = (err as { message?: unknown } | undefined)?.message;
    return [time, level, msg, cause].filter(Boolean).join(' ');
  } catch {
    return line;
  }
}
