import { join, resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandFailed, WrongOptions } from './command-failed.ts';
import { loadEnvironments, OUR_ENVIRONMENTS, ROOT, sourceOf } from './environments.ts';

/** The options that choose environments and folders. */
export const ENVIRONMENT_OPTIONS = {
  env: { type: 'string', multiple: true },
  environments: { type: 'string' },
  out: { type: 'string' },
} as const;

/** The lines of these options in the usage of a command. */
export const ENVIRONMENT_USAGE = `\
  --env NAME             an environment; it may be repeated; without it: all of them
  --environments DIR     the folder of the environments (infra/src/environments)
  --out DIR              the folder of the manifests (infra/manifests; beside environments elsewhere)`;

interface Values {
  readonly env?: readonly string[] | undefined;
  readonly environments?: string | undefined;
  readonly out?: string | undefined;
}

/** The chosen environments of a command. */
export interface Chosen {
  /** In the order of `--env`. All environments of the folder without it. */
  readonly names: readonly string[];
  /** The unchecked content of the file. */
  input(name: string): unknown;
  /** The file of an environment, for readers of the manifests. */
  source(name: string): string;
  /** The folder of the manifests. */
  folder(name: string): string;
}

/**
 * Reads `--env NAME`, which may be repeated, `--environments DIR` and `--out DIR`.
 * @throws {CommandFailed}
 */
export const chooseFrom = (args: readonly string[]): Promise<Chosen> =>
  choose(parseOptions(args, ENVIRONMENT_OPTIONS));

/** @throws {CommandFailed} */
export async function choose({ env, environments, out }: Values): Promise<Chosen> {
  const from = resolve(environments ?? OUR_ENVIRONMENTS);
  const all = await loadEnvironments(from);
  const unknown = env?.filter((name) => !all.has(name)) ?? [];
  if (unknown.length > 0) {
    throw new CommandFailed(
      `--env is "${unknown.join(', ')}". The known environments are ${[...all.keys()].join(', ')}.`,
    );
  }
  const manifests = resolve(
    out ?? (environments === undefined ? join(ROOT, 'infra/manifests') : join(from, 'manifests')),
  );
  return {
    names: env ?? [...all.keys()],
    input: (name) => all.get(name),
    source: (name) => sourceOf(from, name),
    folder: (name) => join(manifests, name),
  };
}

/** The only chosen environment, for commands that use a cluster. @throws {CommandFailed} */
export function theOne({ names }: Chosen): string {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new CommandFailed(
      `This command needs one environment. Add -- --env with one of ${names.join(', ')}.`,
    );
  }
  return name;
}

/** @throws {WrongOptions} */
export function parseOptions<const O extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: O,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongOptions((error as Error).message);
  }
}
