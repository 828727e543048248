import type { Profiler } from 'node:inspector';

const OUTSIDE = new Set(['(idle)', '(root)']);

/** Where the CPU time went, without what the functions call. @returns microseconds, the most first */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): [string, number][] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  for (const [n, id] of samples.entries()) {
    const frame = frames.get(id);
    // The inspector's time is that of the measurement.
    if (!frame || OUTSIDE.has(frame.functionName) || frame.url === 'node:inspector') continue;
    const name = nameOf(frame);
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[n] ?? 0));
  }
  return [...times].sort(([, a], [, b]) => b - a);
}

function nameOf({ functionName, url, lineNumber }: Profiler.Profile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}
