import { CONTAINER, inStandard, type Mistakes, statefulSet } from './mistake.ts';

const config = inStandard('ConfigMap/redis-config');
const conf = (text: string) => ({ '/data/redis.conf': text });

export const REDIS_MISTAKES: Mistakes = {
  'Redis keeps what it is given: no eviction, a file of all writes, a disk': [
    config('eviction', conf('maxmemory-policy allkeys-lru\nappendonly yes\ndir /data\n')),
    config('nothing written', conf('maxmemory-policy noeviction\nappendonly no\ndir /data\n')),
    config('written beside the disk', conf('maxmemory-policy noeviction\nappendonly yes\ndir /tmp\n')),
  ],
  'Redis has as much memory beside its data as for it': [
    config('no bound', conf('maxmemory-policy noeviction\n')),
    statefulSet('a smaller container', { [`${CONTAINER}/resources/limits/memory`]: '2047Mi' }),
  ],
  'Redis is started and probed without a password among the arguments': [
    statefulSet('a password in a probe', {
      [`${CONTAINER}/readinessProbe/exec/command`]: ['redis-cli', '-a', '$(REDIS_PASSWORD)', 'ping'],
    }),
    statefulSet('a password at the start', {
      [`${CONTAINER}/command`]: ['redis-server', '--requirepass', 'hunter2'],
    }),
    statefulSet('a password in a variable', {
      [`${CONTAINER}/env`]: [
        { name: 'REDISCLI_AUTH', valueFrom: { secretKeyRef: { name: 'redis-secret', key: 'password' } } },
      ],
    }),
  ],
};
