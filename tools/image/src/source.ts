import { execFileSync } from 'node:child_process';
import { ROOT } from './docker.ts';

const git = (...parameters: string[]): string =>
  execFileSync('git', parameters, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();

/** The commit of the image. A source archive has no history. */
export function revision(): string {
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return 'unknown';
  }
}

/** `SOURCE_DATE_EPOCH`, or the time of the commit. So every build of a commit makes the same image. */
export function sourceDate({ SOURCE_DATE_EPOCH: wanted }: NodeJS.ProcessEnv): number {
  if (wanted !== undefined && wanted !== '') return Number(wanted);
  try {
    return Number(git('log', '-1', '--format=%ct'));
  } catch {
    return 0;
  }
}
