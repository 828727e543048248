import { SERVICE } from './names.ts';
import type { Container, Deployment, EnvVar, KeyRef, Labels, Volume } from './objects.ts';

/** The Deployment of the service, and the source of each variable of its container. */
export class Workload {
  readonly deployment: Deployment;
  readonly name: string;
  readonly namespace: string;
  readonly container: Container;

  constructor(deployment: Deployment) {
    const { containers } = deployment.spec.template.spec;
    // Sidecars may come before it in the list.
    const container = containers.find(({ name }) => name === SERVICE) ?? containers[0];
    if (!container) throw new Error(`Deployment ${deployment.metadata.name} has no container.`);
    this.deployment = deployment;
    this.name = deployment.metadata.name;
    this.namespace = deployment.metadata.namespace ?? 'default';
    this.container = container;
  }

  /** `--namespace` and `--selector` of its pods, for a command. */
  get podOptions(): string {
    return `--namespace ${this.namespace} --selector ${this.selector}`;
  }

  get selector(): string {
    return asSelector(this.deployment.spec.selector.matchLabels ?? {});
  }

  /** The Deployment, for a command. */
  get reference(): string {
    return `deployment/${this.name} --namespace ${this.namespace}`;
  }

  /** The command that runs the doctor in one of its pods. */
  get doctorInside(): string {
    const to = `--namespace ${this.namespace} deployment/${this.name} --container ${this.container.name}`;
    return `kubectl exec ${to} -- node doctor.cjs`;
  }

  variable(name: string): EnvVar | undefined {
    return this.container.env?.find((one) => one.name === name);
  }

  /** The key of a ConfigMap that each variable comes from. */
  get configMapKeys(): ReadonlyMap<string, KeyRef> {
    return new Map(
      (this.container.env ?? []).flatMap(({ name, valueFrom }) =>
        valueFrom?.configMapKeyRef ? [[name, valueFrom.configMapKeyRef] as const] : [],
      ),
    );
  }

  /** The key of a Secret that each variable comes from, directly or through the file that `…_FILE` names. */
  get secretKeys(): ReadonlyMap<string, KeyRef> {
    return new Map(
      (this.container.env ?? []).flatMap(({ name, value, valueFrom }) => {
        if (valueFrom?.secretKeyRef) return [[name, valueFrom.secretKeyRef] as const];
        const mounted = value !== undefined && name.endsWith('_FILE') ? this.#mountedAt(value) : undefined;
        return mounted ? [[name.slice(0, -'_FILE'.length), mounted] as const] : [];
      }),
    );
  }

  #mountedAt(path: string): KeyRef | undefined {
    const mount = this.container.volumeMounts?.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
    const volumes: readonly Volume[] = this.deployment.spec.template.spec.volumes ?? [];
    const secret = volumes.find(({ name }) => name === mount?.name)?.secret;
    if (!mount || !secret) return undefined;
    const file = path.slice(mount.mountPath.length + 1);
    const key = secret.items ? secret.items.find((item) => item.path === file)?.key : file;
    return key === undefined ? undefined : { name: secret.secretName, key };
  }
}

export const asSelector = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
