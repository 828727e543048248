import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall, install } from './apt.ts';
import type { From, HostProgram, Program } from './program.ts';

/** Where a program was found. */
export type Source = { readonly from: 'docker' } | { readonly from: 'binary'; readonly folder: string };

/** The parts of a machine that the search uses. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  dockerHasImage(image: string): Promise<boolean>;
  canInstall(): boolean;
  install(name: string): Promise<void>;
}

const THIS_MACHINE: Machine = {
  env: process.env,
  // The client of Docker takes longer to load than most test files, which use servers without it.
  dockerHasImage: async (image) => (await import('./docker.ts')).dockerHasImage(image),
  canInstall,
  install,
};

/**
 * Tries Docker, then a binary, then apt, unless `from` or the environment requires one of them.
 * @throws {Error} with the packages to install, when it finds none.
 */
export async function find(program: Program, from?: From, machine = THIS_MACHINE): Promise<Source> {
  const wanted = from ?? forced(program, machine);
  if (wanted !== 'binary' && (await machine.dockerHasImage(program.image))) return { from: 'docker' };
  if (wanted === 'docker') throw new Error(`${program.variables}_FROM=docker, but ${noDocker(program)}.`);
  const folder = findBinary(program, machine) ?? (await installBinary(program, machine));
  if (folder !== undefined) return { from: 'binary', folder };
  throw new Error(
    `The tests need a real ${program.name} and found none: ${noDocker(program)}, ` +
      `and \`${program.binary}\` is not on the PATH. Start Docker, or install ${program.name} ` +
      `(Debian and Ubuntu: \`sudo apt-get install ${program.package}\`), or set ${program.variables}_URL.`,
  );
}

/**
 * Finds the folder of a program that runs on this machine only, or installs it.
 * @throws {Error} with the package to install.
 */
export async function findOnHost(program: HostProgram, machine = THIS_MACHINE): Promise<string> {
  const folder = findBinary(program, machine) ?? (await installBinary(program, machine));
  if (folder !== undefined) return folder;
  throw new Error(
    `The tests need a real ${program.name}, and \`${program.binary}\` is not on the PATH. Install it ` +
      `(Debian and Ubuntu: \`sudo apt-get install ${program.package}\`).`,
  );
}

function forced({ variables }: Program, { env }: Machine): From | undefined {
  const value = env[`${variables}_FROM`] ?? '';
  if (value === '') return undefined;
  if (value === 'docker' || value === 'binary') return value;
  throw new Error(`${variables}_FROM is "${value}". It must be docker or binary.`);
}

const noDocker = ({ image }: Program): string => `no Docker daemon answers that has or can pull ${image}`;

function findBinary({ binary, binaryFolders }: HostProgram, { env }: Machine): string | undefined {
  const onPath = (env['PATH'] ?? '').split(delimiter);
  const others = globSync([...binaryFolders])
    .sort()
    .reverse();
  return [...onPath, ...others].find((folder) => isExecutable(join(folder, binary)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function installBinary(program: HostProgram, machine: Machine): Promise<string | undefined> {
  if (!machine.canInstall()) return undefined;
  await machine.install(program.package);
  return findBinary(program, machine);
}
