import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Signals a process and its children. PostgreSQL serves each connection with a child, and a pause must reach
 * it.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  // The process is stopped first, so that it starts no more children.
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
    // pgrep fails without children, and the file in /proc is gone after the end of the process.
    return [];
  }
}
