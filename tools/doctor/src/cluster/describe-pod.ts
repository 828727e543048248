import type { ContainerStatus, Pod } from './objects.ts';

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** One line: what it is doing, what holds it up, how often it was restarted and why. */
export function describePod(pod: Pod): string {
  const { name } = pod.metadata;
  const containers = (pod.status?.containerStatuses ?? []).flatMap(describeContainer);
  const state = isReady(pod) ? 'ready' : `${pod.status?.phase ?? 'unknown'}, not ready`;
  return [`${name}: ${state}`, ...scheduling(pod), ...containers].join('; ');
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
    ...(restartCount > 0 ? [`restarted ${restartCount} times`] : []),
    ...(terminated ? [`ended before with exit code ${terminated.exitCode} (${meaningOf(terminated)})`] : []),
  ];
}

/** Exit codes of the service are those of sysexits.h. */
function meaningOf({ exitCode, reason = 'unknown' }: { exitCode: number; reason?: string }): string {
  if (exitCode === 69) return 'Redis or the user store cannot be used';
  return exitCode === 78 ? 'settings not accepted' : reason;
}
