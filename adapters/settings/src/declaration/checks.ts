import type { Values, VariableName } from './variables.ts';

/**
 * A rule about several variables together. It is asked only when all that it reads have a value or may be
 * unset.
 */
interface Check {
  readonly reads: readonly VariableName[];
  /** What is wrong, or nothing. */
  problem(values: Values): string | false | undefined;
}

/**
 * Memory in KiB and passes, each pair as strong as the next (OWASP Password Storage Cheat Sheet, Argon2id).
 */
const OWASP_ARGON2ID = [
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
] as const;

const OWASP_TEXT = OWASP_ARGON2ID.map(([memory, iterations]) => `${memory} and ${iterations}`).join(', ');

export const CHECKS: readonly Check[] = [
  {
    reads: ['APP_ENV', 'DATABASE_URL'],
    problem: (values) =>
      values.APP_ENV === 'production' &&
      values.DATABASE_URL.kind === 'memory' &&
      'DATABASE_URL is "memory:", which loses all users on exit; accepted in production is redis:, postgres://… or sqlite:PATH',
  },
  {
    reads: ['REDIS_MODE', 'REDIS_NODES'],
    problem: (values) =>
      values.REDIS_MODE !== 'standalone' &&
      !values.REDIS_NODES &&
      `REDIS_NODES is unset; accepted with REDIS_MODE=${values.REDIS_MODE} is host:port, several separated by commas`,
  },
  {
    reads: ['REDIS_MODE', 'REDIS_NODES'],
    problem: (values) =>
      values.REDIS_MODE === 'standalone' &&
      values.REDIS_NODES &&
      'REDIS_NODES is set, but REDIS_MODE is "standalone", which takes REDIS_HOST and REDIS_PORT; accepted is REDIS_MODE=sentinel or cluster with it',
  },
  {
    reads: ['REDIS_MODE', 'REDIS_DB'],
    problem: (values) =>
      values.REDIS_MODE === 'cluster' &&
      values.REDIS_DB !== 0 &&
      `REDIS_DB is "${values.REDIS_DB}"; accepted with REDIS_MODE=cluster is 0`,
  },
  {
    reads: ['REDIS_USERNAME', 'REDIS_PASSWORD'],
    problem: (values) =>
      values.REDIS_USERNAME !== undefined &&
      !values.REDIS_PASSWORD &&
      'REDIS_PASSWORD is unset; accepted with REDIS_USERNAME is the password of that user',
  },
  {
    reads: ['REDIS_TLS', 'REDIS_TLS_CA_FILE'],
    problem: (values) =>
      values.REDIS_TLS_CA_FILE !== undefined &&
      !values.REDIS_TLS &&
      'REDIS_TLS is "false"; accepted with REDIS_TLS_CA_FILE is true',
  },
  {
    reads: ['REDIS_TLS', 'REDIS_TLS_CERT_FILE'],
    problem: (values) =>
      values.REDIS_TLS_CERT_FILE !== undefined &&
      !values.REDIS_TLS &&
      'REDIS_TLS is "false"; accepted with REDIS_TLS_CERT_FILE is true',
  },
  bothOrNone('REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'),
  bothOrNone('DATABASE_CERT_FILE', 'DATABASE_KEY_FILE'),
  {
    reads: ['ARGON2_MEMORY_KIB', 'ARGON2_ITERATIONS'],
    problem: ({ ARGON2_MEMORY_KIB: memory, ARGON2_ITERATIONS: iterations }) =>
      !OWASP_ARGON2ID.some(([leastMemory, least]) => memory >= leastMemory && iterations >= least) &&
      `ARGON2_MEMORY_KIB is "${memory}" with ARGON2_ITERATIONS "${iterations}"; accepted is at least one of ${OWASP_TEXT}`,
  },
];

function bothOrNone(certificate: VariableName, key: VariableName): Check {
  return {
    reads: [certificate, key],
    problem: (values) => {
      if ((values[certificate] === undefined) === (values[key] === undefined)) return undefined;
      const [unset, set] = values[key] === undefined ? [key, certificate] : [certificate, key];
      return `${unset} is unset; accepted with ${set} is the other half of the certificate and its private key`;
    },
  };
}
