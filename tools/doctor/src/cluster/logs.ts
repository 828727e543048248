import { failed, type Finding, ok, skipped } from '../check.ts';
import { explain } from '@user-management/domain/explain';
import type { Cluster } from './cluster.ts';
import { isReady } from './describe-pod.ts';
import type { Pod } from './objects.ts';
import type { Workload } from './workload.ts';

const MOST_PODS = 5;
const LINES_READ = 1_000;
const LINES_SHOWN = 3;
const WORRYING = /Redis lost|cannot be used|does not start|cannot keep users/;

/** Shows the last log lines about Redis. Pods that are not ready come first. */
export async function examineLogs(cluster: Cluster): Promise<Finding> {
  if (!cluster.knowsSecrets) {
    return skipped(
      'The logs are not shown, because a password in them can only be recognised with the Secrets.',
    );
  }
  const workload = await cluster.workload();
  const inOrder = [...(await cluster.pods())].sort(
    (one, other) => Number(isReady(one)) - Number(isReady(other)),
  );
  const logs = await Promise.all(
    inOrder.slice(0, MOST_PODS).map((pod) => linesAboutRedis(cluster, workload, pod)),
  );
  const lines = logs.flat();
  if (lines.length === 0) return skipped('No pod has logged anything about Redis.');
  const worried = logs.some((log) => WORRYING.test(log.at(-1) ?? ''));
  return worried ? failed(lines.join('\n'), workload.doctorInside) : ok(lines.join('\n'));
}

async function linesAboutRedis(
  { kubectl }: Cluster,
  { namespace, container }: Workload,
  { metadata }: Pod,
): Promise<readonly string[]> {
  const query = ['logs', metadata.name, '--namespace', namespace, '--container', container.name];
  const log = await kubectl(...query, `--tail=${LINES_READ}`).catch(noLogYet);
  const lines = log.split('\n').filter((line) => /redis/i.test(line));
  return lines.slice(-LINES_SHOWN).map((line) => `${metadata.name}: ${shorten(line)}`);
}

/** A container that has not been created has no log. The check of the pods reports that. */
function noLogYet(error: unknown): string {
  if (/forbidden/i.test(explain(error))) throw error;
  return '';
}

/** Shows only the important parts of a line of JSON. */
function shorten(line: string): string {
  try {
    const { time, level, msg, err } = JSON.parse(line) as Record<string, unknown>;
    const cause = (err as { message?: unknown } | undefined)?.message;
    return [time, level, msg, cause].filter(Boolean).join(' ');
  } catch {
    return line;
  }
}
