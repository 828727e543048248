import { ofEachContainer, ofEachMainContainer, ofEachPod, type Policy } from './policy.ts';

/** What Pod Security `restricted` asks for, and what the checklist asks for on top. */
export const POD_SECURITY: readonly Policy[] = [
  ofEachContainer(
    'every container runs as a user and a group over 10000',
    ({ securityContext: own }, pod, { environment: { podSecurity } }) => {
      const { runAsNonRoot, runAsUser, runAsGroup } = { ...pod.securityContext, ...own };
      if (podSecurity === 'openshift') {
        return [
          runAsNonRoot !== true && 'runAsNonRoot is not true',
          (runAsUser ?? runAsGroup) !== undefined &&
            'runAsUser or runAsGroup is set, which OpenShift refuses',
        ];
      }
      return [
        runAsNonRoot !== true && 'runAsNonRoot is not true',
        !isHigh(runAsUser) && `runAsUser is ${String(runAsUser)}`,
        !isHigh(runAsGroup) && `runAsGroup is ${String(runAsGroup)}`,
      ];
    },
  ),

  ofEachContainer('every container drops all capabilities and adds none', ({ securityContext }) => [
    !securityContext?.capabilities?.drop?.includes('ALL') && 'ALL is not dropped',
    Boolean(securityContext?.capabilities?.add?.length) && 'capabilities are added',
  ]),

  ofEachContainer('every container has the seccomp profile of the runtime', ({ securityContext }, pod) => {
    const profile = securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile;
    return [profile?.type !== 'RuntimeDefault' && `seccompProfile is ${String(profile?.type)}`];
  }),

  ofEachContainer('no container is privileged or may become so', ({ securityContext }) => [
    securityContext?.privileged === true && 'it is privileged',
    securityContext?.allowPrivilegeEscalation !== false && 'allowPrivilegeEscalation is not false',
    Boolean(securityContext?.procMount) && 'procMount is set',
  ]),

  ofEachMainContainer('/tmp can be written to', (container, pod) => {
    const tmp = container.volumeMounts?.find(({ mountPath }) => mountPath === '/tmp');
    const volume = pod.volumes?.find(({ name }) => name === tmp?.name);
    return [!volume?.emptyDir && '/tmp is not an emptyDir'];
  }),

  ofEachContainer('every root file system is read-only', ({ securityContext }) => [
    securityContext?.readOnlyRootFilesystem !== true && 'readOnlyRootFilesystem is not true',
  ]),

  ofEachPod('no pod has a token of its account', (pod) => [
    pod.automountServiceAccountToken !== false && 'automountServiceAccountToken is not false',
  ]),

  ofEachPod('no pod is told about Services by variables', (pod) => [
    pod.enableServiceLinks !== false && 'enableServiceLinks is not false',
  ]),

  ofEachPod('no pod touches its node', (pod) => [
    Boolean(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC) && 'it shares a namespace of the host',
    pod.containers.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)) &&
      'it takes a port of the host',
    ...(pod.volumes ?? []).map(
      ({ name, ...source }) =>
        !Object.keys(source).every((kind) => HARMLESS_VOLUMES.includes(kind)) &&
        `volume ${name} is ${Object.keys(source).join()}`,
    ),
  ]),
];

const HARMLESS_VOLUMES = [
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral'],
  ...['persistentVolumeClaim', 'projected', 'secret'],
];

const isHigh = (id: number | undefined): boolean => id !== undefined && id > 10_000;
