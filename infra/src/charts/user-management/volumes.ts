import { dirname } from 'node:path/posix';
import { type Chart, Size } from 'cdk8s';
import { ConfigMap, Volume, type VolumeMount } from 'cdk8s-plus-27';
import type { Environment } from '../../environment/environment.ts';
import { REDIS_CA_FILE } from '../../environment/wiring.ts';

/** All that can be written to, since the root file system cannot. */
export function volumeMounts(chart: Chart, { redis }: Environment): VolumeMount[] {
  const tmp = Volume.fromEmptyDir(chart, 'tmp', 'tmp', { sizeLimit: Size.mebibytes(64) });
  const mounts: VolumeMount[] = [{ path: '/tmp', volume: tmp }];
  if (redis.kind === 'here' || !redis.ca) return mounts;
  const configMap = ConfigMap.fromConfigMapName(chart, 'redis-ca', redis.ca.configMap);
  const ca = Volume.fromConfigMap(chart, 'redis-ca-volume', configMap, {
    name: 'redis-ca',
    items: { [redis.ca.key]: { path: 'ca.crt' } },
  });
  return [...mounts, { path: dirname(REDIS_CA_FILE), volume: ca, readOnly: true }];
}
