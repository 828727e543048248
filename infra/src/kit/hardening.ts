import type { k8s } from 'cdk8s-plus-27';
import type { Identity } from './identity.ts';

/** Of a pod under Pod Security `restricted`. */
export const podSecurity = ({ uid, gid }: Identity): k8s.PodSecurityContext => ({
  runAsNonRoot: true,
  runAsUser: uid,
  runAsGroup: gid,
  fsGroup: gid,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

export const CONTAINER_SECURITY: k8s.SecurityContext = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/**
 * Over zones and nodes where there are several. A wish, not a rule: as a rule it would hold up a rollout on
 * as many nodes as there are replicas, because the new pod finds no place while no old one may go.
 */
export const spread = (labels: Readonly<Record<string, string>>): k8s.TopologySpreadConstraint[] =>
  ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
    // Only with its own generation: otherwise the pods of a rollout would be spread around those that are
    // about to go.
    matchLabelKeys: ['pod-template-hash'],
  }));
