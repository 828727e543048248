import type { Settings } from '@user-management/settings';
import type { Environment } from './environment.ts';
import { REDIS_HOST, REDIS_PORT } from './identity.ts';
import { toMebibytes } from './kit/quantities.ts';

/** Fields that are right by themselves and wrong together, each as a sentence for the person who wrote them. */
export const contradictions = (environment: Environment, settings: Settings): readonly string[] =>
  RULES.map((rule) => rule(environment, settings)).filter((problem) => typeof problem === 'string');

type Rule = (environment: Environment, settings: Settings) => string | false | undefined;

/** Of the service without any hashes in progress, with room for its heap to breathe. MiB. */
const BASE_MEMORY = 160;
/** Hashes that run at a time: as many as libuv has threads. */
const HASHES_AT_A_TIME = 4;

const RULES: readonly Rule[] = [
  ({ replicas }) =>
    replicas.most < replicas.least &&
    `replicas.most is ${replicas.most}; accepted with replicas.least ${replicas.least} is ${replicas.least} or more`,

  // A port below 1024 needs a capability, and all of them are dropped; 0 would be another one in every pod.
  (_, { http }) =>
    http.port < 1024 && `settings.PORT is "${http.port}"; accepted in Kubernetes is 1024 to 65535`,

  (_, { http }) =>
    !['0.0.0.0', '::'].includes(http.host) &&
    `settings.HOST is "${http.host}"; accepted in Kubernetes is 0.0.0.0 or ::, since probes and clients come from outside the pod`,

  ({ secrets }) =>
    new Set(secrets).size < secrets.length && `secrets is "${secrets.join(', ')}"; accepted is each once`,

  ({ redis, secrets }) =>
    redis.kind === 'here' &&
    secrets.join() !== 'REDIS_PASSWORD' &&
    `secrets is "${secrets.join(', ')}"; accepted with redis.kind "here" is REDIS_PASSWORD alone: that Redis has one user, with a password`,

  ({ redis }, settings) =>
    redis.kind === 'here' &&
    !isRedisHere(settings.redis) &&
    `settings points to another Redis (${settings.redis.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}, mode ` +
      `${settings.redis.mode}, TLS ${String(settings.redis.tls)}); accepted with redis.kind "here" is no REDIS_HOST, REDIS_PORT, REDIS_MODE and REDIS_TLS`,

  ({ redis }, settings) =>
    redis.kind === 'elsewhere' &&
    redis.ca &&
    !settings.redis.tls &&
    `settings.REDIS_TLS is "false"; accepted with redis.ca is true`,

  ({ resources }, { argon2 }) => {
    const needed = BASE_MEMORY + Math.ceil((HASHES_AT_A_TIME * argon2.memoryKib) / 1024);
    return (
      toMebibytes(resources.memory) < needed &&
      `resources.memory is "${resources.memory}"; accepted with ARGON2_MEMORY_KIB ${argon2.memoryKib} is ${needed}Mi or more: ` +
        `${HASHES_AT_A_TIME} hashes may run at a time`
    );
  },
];

const isRedisHere = ({ mode, tls, nodes }: Settings['redis']): boolean =>
  mode === 'standalone' &&
  !tls &&
  nodes.every(({ host, port }) => host === REDIS_HOST && port === REDIS_PORT);
