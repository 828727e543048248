import type { ContainerStatus, Pod } from './objects.ts';

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** The pod is deleted but still finishes its requests. Every rollout leaves such pods for some time. */
export const isStopping = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** Describes in one line the state of the pod, what it waits for, and how often and why it restarted. */
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

/** The service exits with the codes of sysexits.h. */
function meaningOf({ exitCode, reason = 'unknown' }: { exitCode: number; reason?: string }): string {
  if (exitCode === 69) return 'Redis or the user store cannot be used';
  return exitCode === 78 ? 'the configuration is not valid' : reason;
}
