import type { ContainerStatus, Pod } from './objects.ts';

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** Deleted, and finishing what it has begun: every rollout leaves some for a while. */
export const isStopping = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** One line: what it is doing, what holds it up, how often it was restarted and why. */
export function describePod(pod: Pod): string {
  const { name } = pod.metadata;
  const containers = (pod.status?.containerStatuses ?? []).flatMap(describeContainer);
  return [`${name}: ${stateOf(pod)}`, ...scheduling(pod), ...containers].join('; ');
}

function stateOf(pod: Pod): string {
  if (isStopping(pod)) return 'stopping';
  return isReady(pod) ? 'ready' : `${pod.status?.phase ?? 'unknown'}, not ready`;
}

function scheduling({ status }: Pod): readonly string[] {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? [`${scheduled.reason ?? ''}: ${scheduled.message ?? ''}`] : [];
}

function describeContainer({ state, lastState, restartCount }: ContainerStatus): readonly string[] {
  const { waiting } = state ?? {};
  const { terminated } = lastState ?? {};
  return [
    ...(waiting ? [[waiting.reason, waiting.message].filter(Boolean).join(': ')] : []),
    ...(restartCount > 0 ? [restartCount === 1 ? 'restarted once' : `restarted ${restartCount} times`] : []),
    ...(terminated ? [`ended before with exit code ${terminated.exitCode} (${meaningOf(terminated)})`] : []),
  ];
}

/** Exit codes of the service are those of sysexits.h. */
function meaningOf({ exitCode, reason = 'unknown' }: { exitCode: number; reason?: string }): string {
  if (exitCode === 69) return 'Redis or the user store cannot be used';
  return exitCode === 78 ? 'it cannot start as it is configured' : reason;
}
