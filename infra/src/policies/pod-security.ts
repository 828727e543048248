import { ofEachContainer, ofEachMainContainer, ofEachPod, type Policy } from './policy.ts';

/** The rules of Pod Security `restricted`, and stricter ones. */
export const POD_SECURITY: readonly Policy[] = [
  ofEachContainer(
    'containers run as a user and a group above 10000',
    ({ securityContext: own }, pod, { environment: { podSecurity } }) => {
      const { runAsNonRoot, runAsUser, runAsGroup } = { ...pod.securityContext, ...own };
      if (podSecurity === 'openshift') {
        return [
          runAsNonRoot !== true && 'runAsNonRoot must be true.',
          (runAsUser ?? runAsGroup) !== undefined &&
            'runAsUser and runAsGroup must not be set, because OpenShift chooses them.',
        ];
      }
      return [
        runAsNonRoot !== true && 'runAsNonRoot must be true.',
        !isHigh(runAsUser) && `runAsUser is ${String(runAsUser)}. It must be above 10000.`,
        !isHigh(runAsGroup) && `runAsGroup is ${String(runAsGroup)}. It must be above 10000.`,
      ];
    },
  ),

  ofEachContainer('containers drop all capabilities and add none', ({ securityContext }) => [
    !securityContext?.capabilities?.drop?.includes('ALL') && 'capabilities.drop must include ALL.',
    Boolean(securityContext?.capabilities?.add?.length) && 'capabilities.add must not be set.',
  ]),

  ofEachContainer('containers have the seccomp profile of the runtime', ({ securityContext }, pod) => {
    const profile = securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile;
    return [
      profile?.type !== 'RuntimeDefault' &&
        `seccompProfile is ${profile?.type ?? 'missing'}. It must be RuntimeDefault.`,
    ];
  }),

  ofEachContainer('containers have no privileges and cannot gain any', ({ securityContext }) => [
    securityContext?.privileged === true && 'privileged must not be true.',
    securityContext?.allowPrivilegeEscalation !== false && 'allowPrivilegeEscalation must be false.',
    Boolean(securityContext?.procMount) && 'procMount must not be set.',
  ]),

  ofEachMainContainer('the folder /tmp is writable', (container, pod) => {
    const tmp = container.volumeMounts?.find(({ mountPath }) => mountPath === '/tmp');
    const volume = pod.volumes?.find(({ name }) => name === tmp?.name);
    return [!volume?.emptyDir && '/tmp must be an emptyDir.'];
  }),

  ofEachContainer('root file systems are read-only', ({ securityContext }) => [
    securityContext?.readOnlyRootFilesystem !== true && 'readOnlyRootFilesystem must be true.',
  ]),

  ofEachPod('pods have no token of their ServiceAccount', (pod) => [
    pod.automountServiceAccountToken !== false && 'automountServiceAccountToken must be false.',
  ]),

  ofEachPod('pods get no variables about Services', (pod) => [
    pod.enableServiceLinks !== false && 'enableServiceLinks must be false.',
  ]),

  ofEachPod('pods have no access to their node', (pod) => [
    Boolean(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC) &&
      'hostNetwork, hostPID and hostIPC must not be set.',
    pod.containers.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)) &&
      'hostPort must not be set.',
    ...(pod.volumes ?? []).map(
      ({ name, ...source }) =>
        !Object.keys(source).every((kind) => HARMLESS_VOLUMES.includes(kind)) &&
        `the volume ${name} must not be of the type ${Object.keys(source).join()}.`,
    ),
  ]),
];

const HARMLESS_VOLUMES = [
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral'],
  ...['persistentVolumeClaim', 'projected', 'secret'],
];

const isHigh = (id: number | undefined): boolean => id !== undefined && id > 10_000;
