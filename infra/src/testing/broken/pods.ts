import { CONTAINER, deployment, inStandard, type Mistakes, POD, statefulSet } from './mistake.ts';

const SECURITY = `${CONTAINER}/securityContext`;
const SPREAD = `${POD}/topologySpreadConstraints/1`;

export const PODS: Mistakes = {
  'containers run as a user and a group above 10000': [
    deployment('root', { [`${POD}/securityContext/runAsUser`]: 0 }),
    deployment('a user of the node', { [`${SECURITY}/runAsUser`]: 1000 }),
    statefulSet('the group of the image', { [`${POD}/securityContext/runAsGroup`]: undefined }),
    statefulSet('root not ruled out', {
      [`${POD}/securityContext/runAsNonRoot`]: undefined,
      [`${SECURITY}/runAsNonRoot`]: undefined,
    }),
  ],
  'containers drop all capabilities and add none': [
    statefulSet('capabilities kept', { [`${SECURITY}/capabilities`]: undefined }),
    deployment('a capability added', { [`${SECURITY}/capabilities/add`]: ['NET_RAW'] }),
  ],
  'containers have the seccomp profile of the runtime': [
    deployment('no seccomp profile', { [`${POD}/securityContext/seccompProfile`]: undefined }),
  ],
  'containers have no privileges and cannot gain any': [
    deployment('escalation left open', { [`${SECURITY}/allowPrivilegeEscalation`]: undefined }),
    deployment('a privileged container', { [`${SECURITY}/privileged`]: true }),
  ],
  'root file systems are read-only': [
    deployment('a root that can be written', { [`${SECURITY}/readOnlyRootFilesystem`]: false }),
  ],
  'the folder /tmp is writable': [
    deployment('no /tmp', { [`${CONTAINER}/volumeMounts/0/mountPath`]: '/cache' }),
  ],
  'pods have no token of their ServiceAccount': [
    deployment('a token in the pod', { [`${POD}/automountServiceAccountToken`]: undefined }),
  ],
  'pods get no variables about Services': [
    deployment('links to Services', { [`${POD}/enableServiceLinks`]: undefined }),
  ],
  'pods have no access to their node': [
    deployment('a folder of the node', { [`${POD}/volumes/0`]: { name: 'tmp', hostPath: { path: '/tmp' } } }),
    deployment('a port of the node', { [`${CONTAINER}/ports/0/hostPort`]: 8080 }),
    statefulSet('the processes of the node', { [`${POD}/hostPID`]: true }),
  ],
  'containers request CPU, memory and disk, and limit memory and disk': [
    deployment('no memory limit', { [`${CONTAINER}/resources/limits/memory`]: undefined }),
    deployment('no limit of the disk', { [`${CONTAINER}/resources/limits/ephemeral-storage`]: undefined }),
    statefulSet('no request of CPU', { [`${CONTAINER}/resources/requests/cpu`]: undefined }),
  ],
  'limits are not below requests': [
    deployment('a limit below its request', { [`${CONTAINER}/resources/limits/memory`]: '383Mi' }),
  ],
  'containers have different probes for liveness and readiness': [
    deployment('liveness that asks for readiness', {
      [`${CONTAINER}/livenessProbe/httpGet/path`]: '/readyz',
    }),
    deployment('no startup probe', { [`${CONTAINER}/startupProbe`]: undefined }),
    statefulSet('no readiness probe', { [`${CONTAINER}/readinessProbe`]: undefined }),
  ],
  'the grace period of a pod is longer than its drain': [
    deployment('25 seconds to stop in', { [`${POD}/terminationGracePeriodSeconds`]: 25 }),
  ],
  'a lost DNS query is repeated within a second': [
    deployment('the patience of glibc', { [`${POD}/dnsConfig`]: undefined }),
    deployment('more patience than Redis gets', { [`${POD}/dnsConfig/options/0/value`]: '5' }),
  ],
  'pods have the checksum of their ConfigMap': [
    inStandard('ConfigMap/user-management-config')('a change that no pod hears of', {
      '/data/redis.cache.ttl': '7200',
    }),
    statefulSet('no checksum', { '/spec/template/metadata/annotations': undefined }),
  ],
  'replicas prefer different zones and nodes': [
    deployment('a spread that holds up a rollout', { [`${SPREAD}/whenUnsatisfiable`]: 'DoNotSchedule' }),
    deployment('a spread over other pods', { [`${SPREAD}/labelSelector/matchLabels`]: { app: 'users' } }),
    deployment('no spread over nodes', { [SPREAD]: undefined }),
    deployment('an affinity that insists', {
      [`${POD}/affinity`]: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } },
    }),
  ],
  'images are pinned': [
    deployment('an image that changes', { [`${CONTAINER}/image`]: 'saferoute/user-management:latest' }),
    statefulSet('an image without a tag', { [`${CONTAINER}/image`]: 'redis' }),
  ],
};
