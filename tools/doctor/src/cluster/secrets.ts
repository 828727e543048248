import { failed, type Finding, ok, skipped } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { PART_OF } from './names.ts';
import type { KeyRef, WithData } from './objects.ts';

const MAKE = 'npm run secret -- --apply';

/** One copy of a value: the Secret of the service, or that of the Redis of the manifests. */
interface Copy extends KeyRef {
  readonly namespace: string;
  readonly value: string | undefined;
}

/** Examines every Secret of the Deployment, and whether Redis has the same password. */
export async function examineSecrets(cluster: Cluster): Promise<Finding> {
  const { secretKeys, namespace } = await cluster.workload();
  if (secretKeys.size === 0) {
    cluster.knowsSecrets = true;
    return skipped('The Deployment takes no variable from a Secret.');
  }
  const own = await Promise.all([...secretKeys.values()].map((ref) => read(cluster, ref, namespace)));
  cluster.knowsSecrets = true;
  const password = secretKeys.get('REDIS_PASSWORD');
  const others = password ? await copiesOfRedis(cluster, password, namespace) : [];
  return judge([...own, ...others], password);
}

/**
 * The Redis of the manifests reads its password from a Secret of the same name. For another Redis it is
 * unknown.
 */
async function copiesOfRedis(cluster: Cluster, ref: KeyRef, own: string): Promise<readonly Copy[]> {
  const services = await cluster.redisServices();
  const ours = services.filter((service) => service?.metadata.labels?.[PART_OF.label] === PART_OF.value);
  const namespaces = new Set(ours.map((service) => service?.metadata.namespace ?? own));
  namespaces.delete(own);
  return Promise.all([...namespaces].map((namespace) => read(cluster, ref, namespace)));
}

async function read(cluster: Cluster, { name, key }: KeyRef, namespace: string): Promise<Copy> {
  const data = (await cluster.get<WithData>('secret', name, namespace))?.data ?? {};
  for (const encoded of Object.values(data)) cluster.secrets.add(decode(encoded));
  return { name, key, namespace, value: data[key] === undefined ? undefined : decode(data[key]) };
}

const decode = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8');

function judge(copies: readonly Copy[], password: KeyRef | undefined): Finding {
  const missing = copies.filter(({ value }) => !value);
  if (missing.length > 0) {
    const saw = missing.map(
      ({ name, key, namespace }) => `Secret ${name} in the namespace ${namespace} has no key ${key}.`,
    );
    return failed(saw.join('\n'), MAKE);
  }
  const passwords = copies.filter(({ name, key }) => name === password?.name && key === password.key);
  if (new Set(passwords.map(({ value }) => value)).size > 1) {
    const where = passwords.map(({ namespace }) => namespace).join(' and ');
    const saw = `The passwords of Redis in the namespaces ${where} differ.`;
    return failed(saw, `Delete the wrong one, then ${MAKE}:\n${deletions(passwords)}`);
  }
  // `echo password | kubectl create secret … --from-file=…=/dev/stdin` does that, without -n.
  const trailing = copies.filter(({ value }) => /\s$/.test(value ?? ''));
  if (trailing.length > 0) {
    const [{ name, key } = { name: '', key: '' }] = trailing;
    const saw = `The key ${key} of Secret ${name} ends with a newline or a space.`;
    return failed(saw, `Create it again:\n${deletions(trailing)}\n${MAKE}`);
  }
  const secrets = copies.map(({ name, namespace }) => `${name} in ${namespace}`);
  return ok(`All keys exist: ${[...new Set(secrets)].join(', ')}.`);
}

const deletions = (copies: readonly Copy[]): string =>
  copies.map(({ name, namespace }) => `kubectl delete secret ${name} --namespace ${namespace}`).join('\n');
