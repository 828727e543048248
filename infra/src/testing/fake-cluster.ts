import { writeFileSync } from 'node:fs';
import type { FakePrograms } from './fake-programs.ts';
import type { RedisPod } from './redis-pod.ts';

/**
 * A program in place of kubectl. It keeps each key of a Secret in a file, as base64, and updates the files of
 * the pod of Redis as the kubelet does.
 */
const KUBECTL = `
for last; do :; done
case "$*" in *'--namespace data '*) namespace=data ;; *) namespace=saferoute ;; esac
root=$(cat "$here/root")
case "$1" in
  get)
    key=\${last##*[./]}
    cat "$here/$namespace.\${key%\\}}" 2>/dev/null || : ;;
  apply)
    if [ -e "$here/lost" ] && [ "$(cat "$here/lost")" = "$namespace" ]; then
      echo 'the connection was lost' >&2
      exit 1
    fi
    manifest=$(cat)
    for key in password previous-password rotated-at; do
      value=$(printf %s "$manifest" | sed -n "s|.*[\\"/]$key\\":\\"\\([^\\"]*\\)\\".*|\\1|p")
      rm -f "$here/$namespace.$key"
      [ -z "$value" ] || printf %s "$value" > "$here/$namespace.$key"
      [ $namespace = data ] || continue
      rm -f "$root/etc/redis-secret/$key"
      [ -z "$value" ] || printf %s "$value" | base64 -d > "$root/etc/redis-secret/$key"
    done ;;
  exec)
    for option; do [ "$option" = -- ] && break; shift; done
    exec sh "$root$3" "$4" ;;
esac`;

/** A cluster with the Secret of Redis in two namespaces, and the Redis of the manifests as a process. */
export class FakeCluster {
  readonly #programs: FakePrograms;

  constructor(programs: FakePrograms, pod: RedisPod, password: string) {
    this.#programs = programs;
    programs.add('kubectl', KUBECTL);
    programs.write('root', pod.root);
    for (const namespace of ['data', 'saferoute']) {
      programs.write(`${namespace}.password`, Buffer.from(password).toString('base64'));
    }
  }

  /** From now on, kubectl cannot write to that namespace. */
  lose(namespace: string): void {
    this.#programs.write('lost', namespace);
  }

  secret(namespace: string): Record<string, string> {
    const keys = ['password', 'previous-password'].map((key) => [key, this.#read(namespace, key)] as const);
    return Object.fromEntries(
      keys.flatMap(([key, value]) =>
        value === undefined ? [] : [[key, Buffer.from(value, 'base64').toString()]],
      ),
    );
  }

  /** Lets the end of phase 1 be that much longer ago. */
  age(milliseconds: number): void {
    const at = Date.parse(this.#read('saferoute', 'rotated-at') ?? '');
    this.#programs.write('saferoute.rotated-at', new Date(at - milliseconds).toISOString());
  }

  /** Writes the file of a pod of the service, as the kubelet does after a while. */
  updateService(file: string): void {
    writeFileSync(file, this.secret('saferoute')['password'] ?? '');
  }

  #read(namespace: string, key: string): string | undefined {
    return this.#programs.read(`${namespace}.${key}`);
  }
}
