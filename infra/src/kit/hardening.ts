import type {
  IContainer,
  IPodSecurityContext,
  ISecurityContext,
  ITopologySpreadConstraint,
} from 'kubernetes-models/v1';
import type { Identity } from './identity.ts';
import type { Labels } from './labels.ts';

/** `openshift`: OpenShift chooses the user of a pod and refuses any other number. */
type PodSecurity = 'restricted' | 'openshift';

/** The security context of a pod for Pod Security `restricted`. */
export const podSecurityContext = (level: PodSecurity, { uid, gid }: Identity): IPodSecurityContext => ({
  runAsNonRoot: true,
  ...(level === 'restricted' && {
    runAsUser: uid,
    runAsGroup: gid,
    fsGroup: gid,
    fsGroupChangePolicy: 'OnRootMismatch',
  }),
  seccompProfile: { type: 'RuntimeDefault' },
});

export const CONTAINER_SECURITY: ISecurityContext = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Hardens a container of an environment, except where it states another value. */
export const hardened = (container: IContainer): IContainer => ({
  imagePullPolicy: 'IfNotPresent',
  ...container,
  securityContext: { ...CONTAINER_SECURITY, ...container.securityContext },
});

/**
 * Prefers different zones and nodes. A strict rule would block a rollout on a cluster with as many nodes as
 * replicas: the new pod finds no node, and no old pod may stop before it is ready.
 */
export const spread = (labels: Labels): ITopologySpreadConstraint[] =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
    // Pods of the same generation only. Otherwise a rollout would spread its pods around those that will
    // stop.
    matchLabelKeys: ['pod-template-hash'],
  }));
