import { mailbox } from './mail.ts';
import { key, nodes } from './parsers.ts';
import type { Values, VariableName } from './variables.ts';

/**
 * A rule about several variables together. It runs only when none of the variables that it reads is faulty,
 * so that one mistake gives one problem.
 */
interface Check {
  readonly reads: readonly VariableName[];
  /** The problem as a message; `false` or `undefined` when the values follow the rule. */
  problem(values: Values): string | false | undefined;
}

/**
 * Memory in KiB and passes. All pairs are equally strong (OWASP Password Storage Cheat Sheet, Argon2id).
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
    reads: ['PORT', 'INTERNAL_PORT'],
    problem: (values) =>
      values.PORT !== 0 &&
      values.PORT === values.INTERNAL_PORT &&
      `INTERNAL_PORT is "${values.INTERNAL_PORT}", as PORT is. It must be another port.`,
  },
  {
    reads: ['APP_ENV', 'DATABASE_URL'],
    problem: (values) =>
      values.APP_ENV === 'production' &&
      values.DATABASE_URL.kind === 'memory' &&
      'DATABASE_URL is "memory:", which loses all users on exit. ' +
        'It must be redis:, postgres://… or sqlite:PATH in production.',
  },
  {
    reads: ['REDIS_MODE', 'REDIS_NODES'],
    problem: (values) =>
      values.REDIS_MODE !== 'standalone' &&
      !values.REDIS_NODES &&
      `REDIS_NODES is unset. With REDIS_MODE=${values.REDIS_MODE} it must be ${nodes.accepts}.`,
  },
  {
    reads: ['REDIS_MODE', 'REDIS_NODES'],
    problem: (values) =>
      values.REDIS_MODE === 'standalone' &&
      values.REDIS_NODES &&
      'REDIS_NODES is set, but REDIS_MODE is "standalone", which uses REDIS_HOST and REDIS_PORT. ' +
        'Unset REDIS_NODES, or set REDIS_MODE to sentinel or cluster.',
  },
  {
    reads: ['REDIS_MODE', 'REDIS_DB'],
    problem: (values) =>
      values.REDIS_MODE === 'cluster' &&
      values.REDIS_DB !== 0 &&
      `REDIS_DB is "${values.REDIS_DB}". With REDIS_MODE=cluster it must be 0.`,
  },
  {
    reads: ['REDIS_USERNAME', 'REDIS_PASSWORD'],
    problem: (values) =>
      values.REDIS_USERNAME !== undefined &&
      !values.REDIS_PASSWORD &&
      'REDIS_PASSWORD is unset. With REDIS_USERNAME it must be the password of that user.',
  },
  {
    reads: ['REDIS_TLS', 'REDIS_TLS_CA_FILE'],
    problem: (values) =>
      values.REDIS_TLS_CA_FILE !== undefined &&
      !values.REDIS_TLS &&
      'REDIS_TLS is "false". With REDIS_TLS_CA_FILE it must be true.',
  },
  {
    reads: ['REDIS_TLS', 'REDIS_TLS_CERT_FILE'],
    problem: (values) =>
      values.REDIS_TLS_CERT_FILE !== undefined &&
      !values.REDIS_TLS &&
      'REDIS_TLS is "false". With REDIS_TLS_CERT_FILE it must be true.',
  },
  bothOrNone('REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'),
  bothOrNone('DATABASE_CERT_FILE', 'DATABASE_KEY_FILE'),
  {
    reads: ['SMTP_URL', 'MAIL_FROM'],
    problem: (values) =>
      values.SMTP_URL !== undefined &&
      values.MAIL_FROM === undefined &&
      `MAIL_FROM is unset. With SMTP_URL it must be ${mailbox.accepts}.`,
  },
  {
    reads: ['APP_ENV', 'SMTP_URL', 'SECRET_KEY'],
    problem: (values) =>
      values.APP_ENV === 'production' &&
      values.SMTP_URL !== undefined &&
      values.SECRET_KEY === undefined &&
      `SECRET_KEY is unset. With SMTP_URL it must be ${key.accepts}. ` +
        "This makes one: node -p \"require('node:crypto').randomBytes(32).toString('base64url')\".",
  },
  httpsInProduction('LINK_RESET'),
  httpsInProduction('LINK_UNDO'),
  {
    reads: ['ARGON2_MEMORY_KIB', 'ARGON2_ITERATIONS'],
    problem: ({ ARGON2_MEMORY_KIB: memory, ARGON2_ITERATIONS: iterations }) =>
      !OWASP_ARGON2ID.some(([leastMemory, least]) => memory >= leastMemory && iterations >= least) &&
      `ARGON2_MEMORY_KIB is "${memory}" with ARGON2_ITERATIONS "${iterations}". ` +
        `Both must reach one of these pairs: ${OWASP_TEXT}.`,
  },
];

function httpsInProduction(name: 'LINK_RESET' | 'LINK_UNDO'): Check {
  return {
    reads: ['APP_ENV', name],
    problem: (values) =>
      values.APP_ENV === 'production' &&
      values[name]?.startsWith('http:') &&
      `${name} is "${values[name]}". It must begin with https: in production, because it carries a code.`,
  };
}

function bothOrNone(certificate: VariableName, key: VariableName): Check {
  return {
    reads: [certificate, key],
    problem: (values) => {
      if ((values[certificate] === undefined) === (values[key] === undefined)) return undefined;
      const [unset, set] = values[key] === undefined ? [key, certificate] : [certificate, key];
      return `${unset} is unset. A certificate needs its private key, so set it with ${set}, or unset both.`;
    },
  };
}
