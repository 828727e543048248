import { REDIS } from '../kit/identity.ts';
import { toNumber } from '../kit/quantities.ts';
import { nameOf, type Objects, ofKind, podOf } from './objects.ts';
import { type Policy, policy } from './policy.ts';

/** Where these manifests bring a Redis. */
export const REDIS_POLICIES: readonly Policy[] = [
  policy('Redis keeps what it is given: no eviction, a file of all writes, a disk', (objects) =>
    pods(objects).flatMap((pod) => {
      const config = configuration(objects);
      const disks = (pod.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
      const mounts = podOf(pod).containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
      return [
        config.get('maxmemory-policy') !== 'noeviction' &&
          `maxmemory-policy is ${config.get('maxmemory-policy') ?? 'missing'}`,
        config.get('appendonly') !== 'yes' && `appendonly is ${config.get('appendonly') ?? 'missing'}`,
        !mounts.some(({ name, mountPath }) => mountPath === config.get('dir') && disks.includes(name)) &&
          'its folder is on no disk',
      ];
    }),
  ),

  policy('Redis has as much memory beside its data as for it', (objects) =>
    containers(objects).map(({ resources }) => {
      const most = Number.parseInt(configuration(objects).get('maxmemory') ?? '', 10) * 2 ** 20;
      return (
        !(most * 2 <= toNumber(resources?.limits?.['memory'] ?? 0)) && `maxmemory is ${most / 2 ** 20} MiB`
      );
    }),
  ),

  policy('Redis is started and probed without a password among the arguments', (objects) =>
    containers(objects).flatMap(
      ({ command = [], args = [], env = [], startupProbe, livenessProbe, readinessProbe }) => [
        [startupProbe, livenessProbe, readinessProbe]
          .flatMap((probe) => probe?.exec?.command ?? [])
          .concat(command, args)
          .some((argument) => /^(-a|--pass|--requirepass|--masterauth)$|\$|REDIS/.test(argument)) &&
          'an argument is a password',
        env.some(({ valueFrom }) => valueFrom?.secretKeyRef) &&
          'a variable is a password, which every child process inherits',
      ],
    ),
  ),
];

const pods = (objects: Objects) => ofKind(objects, 'StatefulSet').filter((one) => nameOf(one) === REDIS);

/** Redis itself, without what an environment puts beside it. */
const containers = (objects: Objects) => pods(objects).flatMap((one) => podOf(one).containers.slice(0, 1));

/** Directives of redis.conf. */
function configuration(objects: Objects): ReadonlyMap<string, string> {
  const files = ofKind(objects, 'ConfigMap').flatMap(({ data }) => data?.['redis.conf'] ?? []);
  return new Map(
    files.flatMap((text) =>
      [...text.matchAll(/^([a-z-]+) (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    ),
  );
}
