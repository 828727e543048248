import { execFileSync } from 'node:child_process';
import { ROOT } from './docker.ts';

const git = (...parameters: string[]): string =>
  execFileSync('git', parameters, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();

/** The commit that an image is built from. A source archive has no history. */
export function revision(): string {
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return 'unknown';
  }
}

/**
 * The seconds that `SOURCE_DATE_EPOCH` names, else those of the commit: one commit makes one image, whenever
 * it is built.
 */
export function sourceDate({ SOURCE_DATE_EPOCH: wanted }: NodeJS.ProcessEnv): number {
  if (wanted !== undefined && wanted !== '') return Number(wanted);
  try {
    return Number(git('log', '-1', '--format=%ct'));
  } catch {
    return 0;
  }
}
