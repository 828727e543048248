import { readFileSync } from 'node:fs';

/** Linux counts in this unit on every architecture. */
const TICKS_PER_SECOND = 100;

/** The CPU time of a process so far, with all of its threads. Only Linux has this file. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name of the program in parentheses. It may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = fields.slice(11, 13).map(Number);
  return ((user ?? NaN) + (system ?? NaN)) / TICKS_PER_SECOND;
}
