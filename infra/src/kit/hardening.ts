import type {
  IContainer,
  IPodSecurityContext,
  ISecurityContext,
  ITopologySpreadConstraint,
} from 'kubernetes-models/v1';
import type { Identity } from './identity.ts';
import type { Labels } from './labels.ts';

/** Who chooses the user of a pod: we, or OpenShift, which refuses any number but its own. */
export type PodSecurity = 'restricted' | 'openshift';

/** Of a pod under Pod Security `restricted`. */
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

/** A container that somebody adds, hardened where it does not say otherwise. */
export const hardened = (container: IContainer): IContainer => ({
  imagePullPolicy: 'IfNotPresent',
  ...container,
  securityContext: { ...CONTAINER_SECURITY, ...container.securityContext },
});

/**
 * Over zones and nodes where there are several. A wish, not a rule: as a rule it would hold up a rollout on
 * as many nodes as there are replicas, because the new pod finds no place while no old one may go.
 */
export const spread = (labels: Labels): ITopologySpreadConstraint[] =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
    // Only with its own generation: otherwise the pods of a rollout would be spread around those that are
    // about to go.
    matchLabelKeys: ['pod-template-hash'],
  }));
