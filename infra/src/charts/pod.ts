import type { IContainer, IPodSpec, IPodTemplateSpec } from 'kubernetes-models/v1';
import type { Pod } from '../environment/schema.ts';
import { hardened } from '../kit/hardening.ts';
import type { Labels } from '../kit/labels.ts';

interface Template {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly main: IContainer;
  readonly spec: Omit<IPodSpec, 'containers'>;
}

/** Combines the needs of a pod with the options of an environment. */
export function podTemplate(needed: Template, given: Pod): IPodTemplateSpec {
  const { main, spec } = needed;
  const { tolerations, affinity, nodeSelector, hostAliases, initContainers } = given;
  const more: Partial<IPodSpec> = {
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(hostAliases && { hostAliases }),
    ...(given.dnsPolicy && { dnsPolicy: given.dnsPolicy }),
    ...(given.priorityClass && { priorityClassName: given.priorityClass }),
    ...(given.runtimeClass && { runtimeClassName: given.runtimeClass }),
    ...(given.imagePullSecrets && { imagePullSecrets: given.imagePullSecrets.map((name) => ({ name })) }),
    ...(initContainers && { initContainers: initContainers.map(hardened) }),
  };
  return {
    metadata: {
      labels: { ...given.labels, ...needed.labels },
      annotations: { ...given.annotations, ...needed.annotations },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...spec,
      ...more,
      containers: [
        { ...main, volumeMounts: [...(main.volumeMounts ?? []), ...(given.volumeMounts ?? [])] },
        ...(given.sidecars ?? []).map(hardened),
      ],
      volumes: [...(spec.volumes ?? []), ...(given.volumes ?? [])],
    },
  };
}
