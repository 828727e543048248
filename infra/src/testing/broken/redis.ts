import { CONTAINER, inStandard, type Mistakes, statefulSet } from './mistake.ts';

const config = inStandard('ConfigMap/redis-config');
const conf = (text: string) => ({ '/data/redis.conf': text });

export const REDIS_MISTAKES: Mistakes = {
  'Redis evicts nothing and writes all data to a disk': [
    config('eviction', conf('maxmemory-policy allkeys-lru\nappendonly yes\ndir /data\n')),
    config('nothing written', conf('maxmemory-policy noeviction\nappendonly no\ndir /data\n')),
    config('written beside the disk', conf('maxmemory-policy noeviction\nappendonly yes\ndir /tmp\n')),
  ],
  'Redis uses at most half of its memory for data': [
    config('no bound', conf('maxmemory-policy noeviction\n')),
    statefulSet('a smaller container', { [`${CONTAINER}/resources/limits/memory`]: '2047Mi' }),
  ],
  'Redis gets no password by arguments or variables': [
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
