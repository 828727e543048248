import { REDIS } from '../kit/identity.ts';
import { toNumber } from '../kit/quantities.ts';
import { nameOf, type Objects, ofKind, podOf } from './objects.ts';
import { type Policy, policy } from './policy.ts';

/** The rules for the Redis of these manifests. They find nothing where Redis is elsewhere. */
export const REDIS_POLICIES: readonly Policy[] = [
  policy('Redis evicts nothing and writes all data to a disk', (objects) =>
    pods(objects).flatMap((pod) => {
      const config = configuration(objects);
      const eviction = config.get('maxmemory-policy') ?? 'missing';
      const disks = (pod.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
      const mounts = podOf(pod).containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
      return [
        eviction !== 'noeviction' && `redis.conf: maxmemory-policy must be noeviction, not ${eviction}.`,
        config.get('appendonly') !== 'yes' &&
          `redis.conf: appendonly must be yes, not ${config.get('appendonly') ?? 'missing'}.`,
        !mounts.some(({ name, mountPath }) => mountPath === config.get('dir') && disks.includes(name)) &&
          `redis.conf: dir must be the mount path of a volume claim, not ${config.get('dir') ?? 'missing'}.`,
      ];
    }),
  ),

  policy('Redis uses at most half of its memory for data', (objects) =>
    containers(objects).map(({ resources }) => {
      const most = Number.parseInt(configuration(objects).get('maxmemory') ?? '', 10) * 2 ** 20;
      return (
        !(most * 2 <= toNumber(resources?.limits?.['memory'] ?? 0)) &&
        `redis.conf: maxmemory is ${most / 2 ** 20} MiB. It must be at most half of the memory limit.`
      );
    }),
  ),

  policy('Redis gets no password by arguments or variables', (objects) =>
    containers(objects).flatMap(
      ({ command = [], args = [], env = [], startupProbe, livenessProbe, readinessProbe }) => [
        [startupProbe, livenessProbe, readinessProbe]
          .flatMap((probe) => probe?.exec?.command ?? [])
          .concat(command, args)
          .some((argument) => /^(-a|--pass|--requirepass|--masterauth)$|\$|REDIS/.test(argument)) &&
          'StatefulSet/redis: no argument must be a password.',
        env.some(({ valueFrom }) => valueFrom?.secretKeyRef) &&
          'StatefulSet/redis: no variable must be a password, because every child process inherits it.',
      ],
    ),
  ),
];

const pods = (objects: Objects) => ofKind(objects, 'StatefulSet').filter((one) => nameOf(one) === REDIS);

/** The containers of Redis itself, without the sidecars of an environment. */
const containers = (objects: Objects) => pods(objects).flatMap((one) => podOf(one).containers.slice(0, 1));

/** The directives of redis.conf. */
function configuration(objects: Objects): ReadonlyMap<string, string> {
  const files = ofKind(objects, 'ConfigMap').flatMap(({ data }) => data?.['redis.conf'] ?? []);
  return new Map(
    files.flatMap((text) =>
      [...text.matchAll(/^([a-z-]+) (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    ),
  );
}
