import { execFileSync } from 'node:child_process';
import { docker, dockerHere, ROOT } from './docker.ts';
import { TAG, VERSION } from './image.ts';

// `npm run image -- …`: builds the image; what is given besides goes to `docker build`, such as --build-arg
// CPU_LEVEL=x86-64-v3.
const labels = { VERSION, REVISION: revision(), CREATED: new Date().toISOString() };
const buildArguments = Object.entries(labels).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);

process.exitCode = await dockerHere('build', '--tag', TAG, ...buildArguments, ...process.argv.slice(2), '.');
if (process.exitCode === 0) process.stdout.write(`${TAG}: ${await megabytes()} MB\n`);

/** A source archive has no history. */
function revision(): string {
  try {
    const run = (...parameters: string[]) =>
      execFileSync('git', parameters, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
    return run('rev-parse', 'HEAD') + (run('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return 'unknown';
  }
}

async function megabytes(): Promise<number> {
  return Math.round(Number(await docker('image', 'inspect', '--format', '{{.Size}}', TAG)) / 1e6);
}
