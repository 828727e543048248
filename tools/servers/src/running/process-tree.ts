import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Signals a process and its children: PostgreSQL serves each connection from a process of its own, which a
 * pause has to reach.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  // Stopped before its children are counted, so that it does not get another one meanwhile.
  tell(pid, 'SIGSTOP');
  for (const each of [...childrenOf(pid), pid]) tell(each, signal);
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const children =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
    return children.split(/\s+/).filter(Boolean).map(Number);
  } catch {
    // pgrep fails where there is none, and /proc has no such file once the process is gone.
    return [];
  }
}
