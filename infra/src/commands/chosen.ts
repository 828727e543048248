import { parseArgs } from 'node:util';
import { ENVIRONMENTS } from '../environments/index.ts';

/** A command that cannot do what it was asked to; its message is for the person who typed it. */
export class CommandFailed extends Error {}

/**
 * The environments that `--env name` names, which may be repeated; `undefined` where there is none.
 * @throws {CommandFailed}
 */
export function chosenEnvironments(args: readonly string[]): readonly string[] | undefined {
  const { env } = parse(args);
  const known = Object.keys(ENVIRONMENTS);
  const unknown = env?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new CommandFailed(`--env is "${unknown.join(', ')}"; accepted is ${known.join(', ')}.`);
  }
  return env;
}

/**
 * The one environment that a cluster is.
 * @throws {CommandFailed}
 */
export function chosenEnvironment(args: readonly string[]): string {
  const [name, ...others] = chosenEnvironments(args) ?? [];
  if (name === undefined || others.length > 0) {
    const known = Object.keys(ENVIRONMENTS).join(', ');
    throw new CommandFailed(`Say which one environment the cluster is, with -- --env and one of ${known}.`);
  }
  return name;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { env: { type: 'string', multiple: true } } }).values;
  } catch (error) {
    throw new CommandFailed((error as Error).message);
  }
}
