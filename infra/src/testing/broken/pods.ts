import { CONTAINER, deployment, inStandard, type Mistakes, POD, statefulSet } from './mistake.ts';

const SECURITY = `${CONTAINER}/securityContext`;
const SPREAD = `${POD}/topologySpreadConstraints/1`;

export const PODS: Mistakes = {
  'every container runs as a user and a group over 10000': [
    deployment('root', { [`${POD}/securityContext/runAsUser`]: 0 }),
    deployment('a user of the node', { [`${SECURITY}/runAsUser`]: 1000 }),
    statefulSet('the group of the image', { [`${POD}/securityContext/runAsGroup`]: undefined }),
    statefulSet('root not ruled out', {
      [`${POD}/securityContext/runAsNonRoot`]: undefined,
      [`${SECURITY}/runAsNonRoot`]: undefined,
    }),
  ],
  'every container drops all capabilities and adds none': [
    statefulSet('capabilities kept', { [`${SECURITY}/capabilities`]: undefined }),
    deployment('a capability added', { [`${SECURITY}/capabilities/add`]: ['NET_RAW'] }),
  ],
  'every container has the seccomp profile of the runtime': [
    deployment('no seccomp profile', { [`${POD}/securityContext/seccompProfile`]: undefined }),
  ],
  'no container is privileged or may become so': [
    deployment('escalation left open', { [`${SECURITY}/allowPrivilegeEscalation`]: undefined }),
    deployment('a privileged container', { [`${SECURITY}/privileged`]: true }),
  ],
  'every root file system is read-only': [
    deployment('a root that can be written', { [`${SECURITY}/readOnlyRootFilesystem`]: false }),
  ],
  '/tmp can be written to': [deployment('no /tmp', { [`${CONTAINER}/volumeMounts/0/mountPath`]: '/cache' })],
  'no pod has a token of its account': [
    deployment('a token in the pod', { [`${POD}/automountServiceAccountToken`]: undefined }),
  ],
  'no pod is told about Services by variables': [
    deployment('links to Services', { [`${POD}/enableServiceLinks`]: undefined }),
  ],
  'no pod touches its node': [
    deployment('a folder of the node', { [`${POD}/volumes/0`]: { name: 'tmp', hostPath: { path: '/tmp' } } }),
    deployment('a port of the node', { [`${CONTAINER}/ports/0/hostPort`]: 8080 }),
    statefulSet('the processes of the node', { [`${POD}/hostPID`]: true }),
  ],
  'CPU, memory and disk are requested; memory and disk are limited': [
    deployment('no memory limit', { [`${CONTAINER}/resources/limits/memory`]: undefined }),
    deployment('no limit of the disk', { [`${CONTAINER}/resources/limits/ephemeral-storage`]: undefined }),
    statefulSet('no request of CPU', { [`${CONTAINER}/resources/requests/cpu`]: undefined }),
  ],
  'no limit is below its request': [
    deployment('a limit below its request', { [`${CONTAINER}/resources/limits/memory`]: '383Mi' }),
  ],
  'being alive and being ready are probed, and not in the same way': [
    deployment('liveness that asks for readiness', {
      [`${CONTAINER}/livenessProbe/httpGet/path`]: '/readyz',
    }),
    deployment('no startup probe', { [`${CONTAINER}/startupProbe`]: undefined }),
    statefulSet('no readiness probe', { [`${CONTAINER}/readinessProbe`]: undefined }),
  ],
  'a pod is given longer to stop than it takes to drain': [
    deployment('25 seconds to stop in', { [`${POD}/terminationGracePeriodSeconds`]: 25 }),
  ],
  'a question for a name that gets lost is asked again soon': [
    deployment('the patience of glibc', { [`${POD}/dnsConfig`]: undefined }),
    deployment('more patience than Redis gets', { [`${POD}/dnsConfig/options/0/value`]: '5' }),
  ],
  'pods carry the checksum of the ConfigMap that they read': [
    inStandard('ConfigMap/user-management-config')('a change that no pod hears of', {
      '/data/redis.cache.ttl': '7200',
    }),
    statefulSet('no checksum', { '/spec/template/metadata/annotations': undefined }),
  ],
  'replicas spread over zones and nodes, without insisting': [
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
