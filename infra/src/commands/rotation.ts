import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../environment/schema.ts';
import { declaredSecret } from '../environment/wired-variables.ts';
import { PREVIOUS_PASSWORD, REDIS, SERVICE } from '../kit/identity.ts';
import { CommandFailed } from './command-failed.ts';
import { kubectl } from './kubectl.ts';
import { say } from './run-command.ts';
import { newPassword } from './secrets.ts';

const { name: SECRET, key: PASSWORD } = declaredSecret('REDIS_PASSWORD');
/** Marks the Secret of the service from the end of phase 1 to the end of phase 2. */
const ROTATED_AT = `${SERVICE}/rotated-at`;

/** The kubelet updates the files of a Secret every minute, from a cache that may be a minute old. */
const KUBELET_MS = 120_000;
const RELOAD_PAUSE_MS = 2_000;
const RELOAD_LIMIT_MS = 2 * KUBELET_MS;

/**
 * Phase 1: Redis accepts the new password beside the previous one, then the service gets the new one. Called
 * again, it continues where it was interrupted.
 * @param self the command line of this command.
 * @throws {CommandFailed}
 */
export async function beginRotation(environment: Environment, self: string): Promise<void> {
  const { data, service } = namespacesOf(environment);
  const [password, previous, used] = [
    read(data, PASSWORD),
    read(data, PREVIOUS_PASSWORD),
    read(service, PASSWORD),
  ];
  if (password === '' || used === '') throw new CommandFailed(missing(password === '' ? data : service));
  if (previous === '' && password !== used) throw new CommandFailed(differ(data, service));
  say(
    'Phase 1 of 2: Redis accepts a new password beside the previous one, and the service uses the new one.',
  );
  const next = previous === '' ? newPassword() : fromBase64(password);
  if (previous === '') {
    // Otherwise an answer that is still about the last rotation could pass for one about this.
    await untilRedisAccepts('one', data);
    write(data, { [PASSWORD]: next, [PREVIOUS_PASSWORD]: fromBase64(password) });
  }
  say(`- ${SECRET} in ${data} has the new password, and the previous one as ${PREVIOUS_PASSWORD}.`);
  say('- Redis is reading them. This takes up to two minutes.');
  await untilRedisAccepts('two', data);
  say('- Redis accepts both passwords.');
  write(service, { [PASSWORD]: next }, { [ROTATED_AT]: new Date().toISOString() });
  say(`- ${SECRET} in ${service} has the new password.`);
  say(`\n${adviceAfterBegin(environment, self)}`);
}

/**
 * Phase 2: Redis forgets the previous password.
 * @throws {CommandFailed} also when pods of the service may still have the previous password.
 */
export async function finishRotation(environment: Environment): Promise<void> {
  const { data, service } = namespacesOf(environment);
  const password = read(data, PASSWORD);
  if (read(data, PREVIOUS_PASSWORD) === '' && readMark(service) === '') {
    throw new CommandFailed('No rotation is under way. Begin one with --rotate, without --finish.');
  }
  if (read(service, PASSWORD) !== password) {
    throw new CommandFailed('Phase 1 was interrupted. Run it again with --rotate, without --finish.');
  }
  const safe = new Date(Date.parse(readMark(service)) + KUBELET_MS);
  if (safe > new Date()) {
    throw new CommandFailed(
      `Pods of the service may still have the previous password. Run this command again after ${time(safe)}.`,
    );
  }
  say('Phase 2 of 2: Redis forgets the previous password. Connections that are open stay.');
  write(data, { [PASSWORD]: fromBase64(password) });
  say(`- ${SECRET} in ${data} has only the new password.`);
  say('- Redis is reading it. This takes up to two minutes.');
  await untilRedisAccepts('one', data);
  write(service, { [PASSWORD]: fromBase64(password) });
  say('- Redis accepts only the new password. The rotation is complete.');
}

/** @throws {CommandFailed} when Redis or its Secrets are not ours to change */
function namespacesOf({ redis, namespaces, externalSecrets }: Environment): Environment['namespaces'] {
  if (redis.kind !== 'here') {
    throw new CommandFailed(
      'The Redis of this environment is elsewhere, so its passwords are changed there. ' +
        'docs/rotation.md has the steps.',
    );
  }
  if (externalSecrets) {
    throw new CommandFailed(
      'The External Secrets operator writes the Secrets of this environment, so a change here would not ' +
        'last. docs/rotation.md has the steps.',
    );
  }
  return namespaces;
}

const time = (at: Date): string => `${at.toISOString().slice(11, 19)} UTC`;

function adviceAfterBegin({ namespaces, secretsAs }: Environment, self: string): string {
  const restart =
    `  kubectl rollout restart --namespace ${namespaces.service} deployment/${SERVICE}\n` +
    `  kubectl rollout status --namespace ${namespaces.service} deployment/${SERVICE}`;
  const finish = `Then end the rotation:\n  ${self} --finish`;
  return secretsAs === 'files'
    ? 'The service reads the new password at its next connection. Wait for two minutes, until every pod ' +
        `has the new file. Pods that you start anew have it at once:\n${restart}\n${finish}`
    : `The service has its secrets as variables, so its pods must start anew:\n${restart}\n${finish}`;
}

const missing = (namespace: string): string =>
  `${SECRET} in ${namespace} has no key ${PASSWORD}. Create it with --apply, without --rotate.`;

const differ = (data: string, service: string): string =>
  `${SECRET} has different passwords in the namespaces ${data} and ${service}. Delete the wrong one, then ` +
  'run this command with --apply, without --rotate.';

/** Redis reads its mounted Secret again and again, because the kubelet updates that late. */
async function untilRedisAccepts(count: 'one' | 'two', namespace: string): Promise<void> {
  const wanted = `Redis accepts ${count} password`;
  const deadline = Date.now() + RELOAD_LIMIT_MS;
  while (!kubectl(reload(namespace)).includes(wanted)) {
    if (Date.now() > deadline) {
      throw new CommandFailed(
        'Redis has not read its Secret within four minutes. Look at this, then run this command again: ' +
          `kubectl ${reload(namespace).join(' ')}`,
      );
    }
    await wait(RELOAD_PAUSE_MS);
  }
}

const reload = (namespace: string): readonly string[] => [
  ...['exec', '--namespace', namespace, `statefulset/${REDIS}`, '--container', REDIS],
  ...['--', 'sh', '/etc/redis/users.sh', '--load'],
];

/** Base64; an empty text when there is none. */
const read = (namespace: string, key: string): string => get(namespace, `.data.${key}`);
const readMark = (namespace: string): string => get(namespace, `.metadata.annotations.${ROTATED_AT}`);

const get = (namespace: string, field: string): string =>
  kubectl([
    ...['get', 'secret', SECRET, '--namespace', namespace, '--ignore-not-found'],
    `--output=jsonpath={${field}}`,
  ]);

const fromBase64 = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8');

/** Writes these keys. Keys and annotations that an earlier call wrote, and this one does not, are removed. */
function write(
  namespace: string,
  data: Record<string, string>,
  annotations: Record<string, string> = {},
): void {
  const manifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, annotations },
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
  const apply = ['apply', '--server-side', '--force-conflicts', `--field-manager=${SERVICE}-rotation`];
  kubectl([...apply, '--namespace', namespace, '--filename', '-'], JSON.stringify(manifest));
}
