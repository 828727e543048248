import { randomBytes } from 'node:crypto';
import type { NeededSecret } from '../environment/needed-secrets.ts';
import { CommandFailed } from './command-failed.ts';
import { kubectl } from './kubectl.ts';

/** Where the value of a key comes from. */
export type Value =
  | { readonly from: 'generated'; readonly value: string }
  | { readonly from: 'file'; readonly value: string; readonly path: string };

/** Values by name and key. */
export type ValueOf = (name: string, key: string) => Value | undefined;

/** 256 random bits, in characters without a meaning in shells and URLs. */
export const newPassword = (): string => randomBytes(32).toString('base64url');

/**
 * Makes shell commands. A generated value goes through a pipe from a shell builtin, because every user of the
 * machine can see the arguments of programs.
 */
export const secretCommands = (needed: readonly NeededSecret[], valueOf: ValueOf): readonly string[] =>
  needed.map(({ namespace, name, keys }) => {
    const values = keys.map(({ key }) => ({ key, value: valueOf(name, key) }));
    const piped = values.flatMap(({ value }) => (value?.from === 'generated' ? [value.value] : []));
    const files = values.map(
      ({ key, value }) => ` --from-file=${key}=${value?.from === 'file' ? quoted(value.path) : '/dev/stdin'}`,
    );
    const create = `kubectl create secret generic ${name} --namespace ${namespace}${files.join('')}`;
    return piped.length > 0 ? ` printf %s '${piped.join('')}' | ${create}` : ` ${create}`;
  });

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Creates the missing Secrets. It copies values that another namespace already has. Its report never shows a
 * value.
 * @throws {CommandFailed}
 */
export function applySecrets(needed: readonly NeededSecret[], valueOf: ValueOf): readonly string[] {
  const copies = needed.map((secret) => ({ ...secret, found: readSecret(secret) }));
  const known = agreed(copies);
  const missing = copies
    .flatMap(({ name, keys }) => keys.map(({ key }) => `${name}/${key}`))
    .filter((of) => !known.has(of) && valueOf(...pair(of)) === undefined);
  if (missing.length > 0) throw new CommandFailed(noValue(missing));
  return copies.map(({ namespace, name, keys, found }) => {
    const lacking = keys.filter(({ key }) => !found.has(key));
    if (lacking.length === 0) return `${name} in ${namespace}: exists.`;
    if (found.size > 0)
      throw new CommandFailed(
        incomplete(
          namespace,
          name,
          lacking.map(({ key }) => key),
        ),
      );
    const data = keys.map(({ key }) => {
      const value = known.get(`${name}/${key}`) ?? valueOf(name, key)?.value ?? '';
      return [key, Buffer.from(value).toString('base64')];
    });
    // Node's pipes are sockets, and no program can open those as /dev/stdin. With `-` kubectl reads its open
    // input.
    const manifest = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      data: Object.fromEntries(data) as object,
    };
    kubectl(['create', '--namespace', namespace, '--filename', '-'], JSON.stringify(manifest));
    return `${name} in ${namespace}: created.`;
  });
}

/** The message about values that cannot be generated. */
export const noValue = (missing: readonly string[]): string =>
  [...new Set(missing)]
    .map((of) => `${of} has no value. Add --from-file ${of}=PATH. Or state its variable instead of ${of}.`)
    .join('\n');

const pair = (of: string): [string, string] => of.split('/', 2) as [string, string];

interface Copy extends NeededSecret {
  readonly found: ReadonlyMap<string, string>;
}

/**
 * Collects the existing values, which must be the same in every namespace.
 * @throws {CommandFailed} when they differ
 */
function agreed(copies: readonly Copy[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const { name, found } of copies) {
    for (const [key, value] of found) {
      const before = known.get(`${name}/${key}`);
      if (before !== undefined && before !== value) throw new CommandFailed(differ(name, copies));
      known.set(`${name}/${key}`, value);
    }
  }
  return known;
}

function differ(name: string, copies: readonly Copy[]): string {
  const namespaces = copies.filter((one) => one.name === name).map(({ namespace }) => namespace);
  const remove = namespaces.map((one) => `kubectl delete secret ${name} --namespace ${one}`);
  return (
    `${name} has different values in the namespaces ${namespaces.join(' and ')}. Delete the wrong one, ` +
    'then run this command again: ' +
    remove.join('  or  ')
  );
}

const incomplete = (namespace: string, name: string, lacking: readonly string[]): string =>
  `${name} in ${namespace} has no key ${lacking.join(' and ')}. Add it, or delete the Secret and run ` +
  'this command again: ' +
  `kubectl delete secret ${name} --namespace ${namespace}`;

function readSecret({ namespace, name, keys }: NeededSecret): ReadonlyMap<string, string> {
  const query = ['get', 'secret', name, '--namespace', namespace, '--ignore-not-found'];
  return new Map(
    keys.flatMap(({ key }) => {
      const encoded = kubectl([...query, `--output=jsonpath={.data.${key.replaceAll('.', '\\.')}}`]);
      return encoded === '' ? [] : [[key, Buffer.from(encoded, 'base64').toString('utf8')] as const];
    }),
  );
}
