import { randomBytes } from 'node:crypto';
import { DATA_NAMESPACE, NAMESPACE } from '../kit/identity.ts';
import { declaredSecret } from '../environment/wired-variables.ts';
import { CommandFailed } from './chosen.ts';
import { kubectl } from './kubectl.ts';

const { name, key } = declaredSecret('REDIS_PASSWORD');

/** A Secret stays in its namespace, and both Redis and the service need it. */
const NAMESPACES = [DATA_NAMESPACE, NAMESPACE];

/** 256 random bits, in characters that mean nothing to shells and URLs. */
export const newPassword = (): string => randomBytes(32).toString('base64url');

/**
 * For a shell. The password goes through a pipe from a builtin, since arguments of programs can be seen by
 * everybody on the machine.
 */
export const secretCommands = (password: string): readonly string[] =>
  NAMESPACES.map(
    (namespace) =>
      ` printf %s '${password}' | kubectl create secret generic ${name} --namespace ${namespace} --from-file=${key}=/dev/stdin`,
  );

/**
 * Creates the Secret where it is missing, with the password of the other namespace where that has one
 * already. Says what it did, never the password.
 * @throws {CommandFailed}
 */
export function applySecret(): readonly string[] {
  const found = NAMESPACES.map((namespace) => ({ namespace, password: readPassword(namespace) }));
  const passwords = new Set(found.flatMap(({ password }) => password ?? []));
  if (passwords.size > 1) throw new CommandFailed(differ());
  const [password = newPassword()] = passwords;
  return found.map(({ namespace, password: existing }) => {
    if (existing !== undefined) return `${name} in ${namespace}: was there`;
    // Node's pipes are sockets, which no program can open as /dev/stdin; `-` reads what is open already.
    run(['create', '--namespace', namespace, '--filename', '-'], secret(password));
    return `${name} in ${namespace}: created`;
  });
}

const secret = (password: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    data: { [key]: Buffer.from(password).toString('base64') },
  });

const differ = (): string =>
  `${name} has another password in ${NAMESPACES.join(' than in ')}. Delete the wrong one, then run this again: ` +
  NAMESPACES.map((namespace) => `kubectl delete secret ${name} --namespace ${namespace}`).join('  or  ');

function readPassword(namespace: string): string | undefined {
  const query = ['get', 'secret', name, '--namespace', namespace, '--ignore-not-found'];
  const encoded = run([...query, `--output=jsonpath={.data.${key}}`]);
  return encoded === '' ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

/** @throws {CommandFailed} */
function run(args: readonly string[], input?: string): string {
  const { code, stdout, stderr } = kubectl(args, input);
  if (code !== 0) throw new CommandFailed(`kubectl ${args[0] ?? ''} failed: ${stderr.trim()}`);
  return stdout;
}
