import type { Settings } from '@user-management/settings';
import type { Environment } from './environment.ts';
import { REDIS_HOST, REDIS_PORT } from '../kit/identity.ts';
import { toMebibytes } from '../kit/quantities.ts';

type Finding = string | false | undefined;

/**
 * Fields that are right by themselves and wrong together, each as a sentence for the person who wrote them.
 */
export const contradictions = (environment: Environment): readonly string[] =>
  RULES.map((rule) => rule(environment)).filter((problem) => typeof problem === 'string');

/** The same of fields and what the service makes of its settings. */
export const contradictionsWith = (settings: Settings, environment: Environment): readonly string[] =>
  SETTINGS_RULES.map((rule) => rule(settings, environment)).filter((problem) => typeof problem === 'string');

const RULES: readonly ((environment: Environment) => Finding)[] = [
  ({ replicas: { least, most } }) =>
    most < least && `replicas.most is ${most}; accepted with replicas.least ${least} is ${least} or more`,

  ({ secrets }) =>
    new Set(secrets).size < secrets.length && `secrets is "${secrets.join(', ')}"; accepted is each once`,

  ({ redis, secrets }) =>
    redis.kind === 'here' &&
    secrets.join() !== 'REDIS_PASSWORD' &&
    `secrets is "${secrets.join(', ')}"; accepted with redis.kind "here" is REDIS_PASSWORD alone: that Redis has one user, with a password`,
];

/** Of the service without any hashes in progress, with room for its heap to breathe. MiB. */
const BASE_MEMORY = 160;
/** Hashes that run at a time: as many as libuv has threads. */
const HASHES_AT_A_TIME = 4;

const SETTINGS_RULES: readonly ((settings: Settings, environment: Environment) => Finding)[] = [
  // A port below 1024 needs a capability, and all of them are dropped; 0 would be another one in every pod.
  ({ http: { port } }) =>
    port < 1024 && `settings.PORT is "${port}"; accepted in Kubernetes is 1024 to 65535`,

  ({ http: { host } }) =>
    !['0.0.0.0', '::'].includes(host) &&
    `settings.HOST is "${host}"; accepted in Kubernetes is 0.0.0.0 or ::, since probes and clients come from outside the pod`,

  ({ redis }, environment) =>
    environment.redis.kind === 'here' &&
    !isRedisHere(redis) &&
    `settings point to another Redis (${redis.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}, mode ${redis.mode}, ` +
      `TLS ${String(redis.tls)}); accepted with redis.kind "here" is no REDIS_HOST, REDIS_PORT, REDIS_MODE and REDIS_TLS`,

  ({ redis: { tls } }, { redis }) =>
    redis.kind === 'elsewhere' &&
    redis.ca &&
    !tls &&
    `settings.REDIS_TLS is "false"; accepted with redis.ca is true`,

  ({ argon2: { memoryKib } }, { resources: { memory } }) => {
    const needed = BASE_MEMORY + Math.ceil((HASHES_AT_A_TIME * memoryKib) / 1024);
    return (
      toMebibytes(memory) < needed &&
      `resources.memory is "${memory}"; accepted with ARGON2_MEMORY_KIB ${memoryKib} is ${needed}Mi or more: ` +
        `${HASHES_AT_A_TIME} hashes may run at a time`
    );
  },
];

const isRedisHere = ({ mode, tls, nodes }: Settings['redis']): boolean =>
  mode === 'standalone' &&
  !tls &&
  nodes.every(({ host, port }) => host === REDIS_HOST && port === REDIS_PORT);
