import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { checkEnvironment } from '../environment/check-environment.ts';
import { type NeededSecret, neededSecrets } from '../environment/needed-secrets.ts';
import { declaredSecret } from '../environment/wired-variables.ts';
import {
  type Chosen,
  choose,
  ENVIRONMENT_OPTIONS,
  ENVIRONMENT_USAGE,
  parseOptions,
  theOne,
} from './chosen.ts';
import { CommandFailed } from './command-failed.ts';
import { type Command, runCommand, say } from './run-command.ts';
import { beginRotation, finishRotation } from './rotation.ts';
import { applySecrets, newPassword, noValue, secretCommands, type Value } from './secrets.ts';

const OPTIONS = {
  ...ENVIRONMENT_OPTIONS,
  apply: { type: 'boolean', default: false },
  generate: { type: 'boolean', default: false },
  rotate: { type: 'boolean', default: false },
  finish: { type: 'boolean', default: false },
  'from-file': { type: 'string', multiple: true },
} as const;

export const secret: Command = {
  usage: `npm run secret -- [--env NAME] [--apply | --rotate [--finish]] [--from-file NAME=PATH]

Prints the commands that create the Secrets of an environment, or creates them, or changes the password of a
Redis that runs.

${ENVIRONMENT_USAGE}
  --apply                creates the Secrets, with kubectl
  --from-file NAME=PATH  the value of a variable or of SECRET/KEY; it may be repeated
  --generate             makes a password for a Redis elsewhere, too
  --rotate               gives Redis a new password beside the previous one
  --rotate --finish      removes the previous password`,

  async run(args) {
    const values = parseOptions(args, OPTIONS);
    const chosen = await choose(values);
    if (values.rotate || values.finish) return rotate(chosen, values, args);
    const { needed, isHere } = ask(chosen);
    const files = readFiles(values['from-file'] ?? [], needed);
    const generated = new Map([
      // The password of a Redis elsewhere is there already.
      ...(isHere || values.generate ? [generate('REDIS_PASSWORD')] : []),
      generate('SECRET_KEY'),
    ]);
    const valueOf = (name: string, key: string): Value | undefined =>
      files.get(`${name}/${key}`) ?? generated.get(`${name}/${key}`);
    if (values.apply) {
      for (const line of applySecrets(needed, valueOf)) say(line);
      return 0;
    }
    const missing = needed.flatMap(({ name, keys }) =>
      keys.flatMap(({ key }) => (valueOf(name, key) ? [] : [`${name}/${key}`])),
    );
    if (missing.length > 0) throw new CommandFailed(noValue(missing));
    for (const line of secretCommands(needed, valueOf)) say(line);
    return 0;
  },
};

if (import.meta.main) process.exitCode = await runCommand(secret);

function generate(variable: 'REDIS_PASSWORD' | 'SECRET_KEY'): [string, Value] {
  const { name, key } = declaredSecret(variable);
  return [`${name}/${key}`, { from: 'generated', value: newPassword() }];
}

async function rotate(
  chosen: Chosen,
  values: { readonly rotate: boolean; readonly finish: boolean },
  args: readonly string[],
): Promise<number> {
  if (!values.rotate) throw new CommandFailed('--finish ends a rotation. Give it together with --rotate.');
  const name = theOne(chosen);
  const { environment } = checkEnvironment(name, chosen.input(name));
  if (values.finish) await finishRotation(environment);
  else await beginRotation(environment, `npm run secret -- ${args.join(' ')}`);
  return 0;
}

/** The Secrets of the chosen environments. Several environments are allowed when they need the same. */
function ask(chosen: Chosen) {
  const all = chosen.names.map((name) => {
    const { environment, wiring } = checkEnvironment(name, chosen.input(name));
    return { needed: neededSecrets(environment, wiring), isHere: environment.redis.kind === 'here' };
  });
  const [first, ...others] = all;
  if (first === undefined || !others.every((other) => isDeepStrictEqual(other, first))) theOne(chosen);
  return first ?? { needed: [], isHere: false };
}

/**
 * Reads `VARIABLE=PATH` and `SECRET/KEY=PATH`, and returns the values by Secret and key.
 * @throws {CommandFailed}
 */
function readFiles(given: readonly string[], needed: readonly NeededSecret[]): ReadonlyMap<string, Value> {
  const places = needed.flatMap(({ name, keys }) =>
    keys.map((one) => ({ ...one, of: `${name}/${one.key}` })),
  );
  return new Map(
    given.map((text) => {
      const [, of = '', path = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      const place = places.find((one) => one.of === of || one.variable === of);
      if (!place) {
        const accepted = [...new Set(places.map(({ variable, of }) => variable ?? of))].join(', ');
        throw new CommandFailed(
          accepted === ''
            ? `--from-file is "${text}", but this environment needs no Secrets.`
            : `--from-file is "${text}". It must be NAME=PATH with one of these names: ${accepted}.`,
        );
      }
      return [place.of, { from: 'file', path, value: readValue(path, place.variable !== undefined) }];
    }),
  );
}

function readValue(path: string, isLine: boolean): string {
  let value: string;
  try {
    value = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CommandFailed(`${path} cannot be read (${code}).`);
  }
  // A line break from `echo` would become a part of the password.
  if (value === '' || (isLine && /[\r\n]/.test(value))) {
    throw new CommandFailed(
      `${path} is empty or has a line break. It must hold only the value, as printf %s writes it.`,
    );
  }
  return value;
}
