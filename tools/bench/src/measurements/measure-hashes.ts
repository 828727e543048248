import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { hash } from 'argon2';
import { message, startChild } from '../children/child.ts';
import { medians } from '../report/rounds.ts';
import type { Row } from '../report/table.ts';
import { ARGON2_PARAMETERS, PASSWORD } from '../scene/scene.ts';
import { makeFolder } from '../scene/stores.ts';

/**
 * Compares the two builds of argon2 that the image has, as many hashes at a time as there are cores. They are
 * compiled here, which needs a compiler, and the faster one a CPU with AVX2.
 */
export async function measureHashes(rounds: number, seconds: number): Promise<Row[]> {
  const [usual, faster] = [compile('x86-64-v2'), compile('x86-64-v3')];
  const passwordHash = await hash(PASSWORD, ARGON2_PARAMETERS);
  const start = (folder: string) => {
    const args = [passwordHash, PASSWORD, `${availableParallelism()}`, `${seconds}`];
    return startChild('./direct-argon2.ts', ...args, join(folder, 'node_modules/argon2'));
  };
  const children = { usual: start(usual), faster: start(faster) };
  const measure = (child: ReturnType<typeof start>) => () => {
    child.send('measure');
    return message<number>(child);
  };
  const rates = await medians(rounds, {
    usual: measure(children.usual),
    faster: measure(children.faster),
  });
  for (const child of Object.values(children)) child.kill();
  for (const folder of [usual, faster]) rmSync(folder, { recursive: true });
  return [
    {
      what: 'hashes/s of the build for AVX2, against the other build of the image',
      result: (rates.faster / rates.usual).toFixed(2),
      wanted: '>= 1.4',
      raw: `${rates.faster.toFixed(1)}/s, ${rates.usual.toFixed(1)}/s`,
    },
  ];
}

/** As in the Dockerfile. @returns the folder in which the package is installed. */
function compile(level: string): string {
  const folder = makeFolder();
  const { version } = createRequire(import.meta.url)('argon2/package.json') as { version: string };
  const options = ['--build-from-source', '--no-audit', '--no-fund', '--loglevel=error'];
  const flags = `-march=${level}`;
  execFileSync('npm', ['install', `--prefix=${folder}`, ...options, `argon2@${version}`], {
    env: { ...process.env, CFLAGS: flags, CXXFLAGS: flags },
  });
  return folder;
}
