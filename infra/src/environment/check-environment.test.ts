import { describe, expect, it } from 'vitest';
import { checkEnvironment, InvalidOptions } from './check-environment.ts';
import { elsewhere, standard } from '../testing/variants.ts';
import { PLAIN_VARIABLES } from './wired-variables.ts';

function problems(input: unknown): readonly string[] {
  try {
    checkEnvironment('standard', input);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptions) return error.problems;
    throw error;
  }
}

it('accepts a valid environment', () => {
  expect(checkEnvironment('standard', standard).environment).toMatchObject(standard);
});

it('lists every problem at once, with the field, its value and the accepted values', () => {
  const input = {
    ...standard,
    image: 'saferoute/user-management:latest',
    settings: { REDIS_CACHE_TTL: 3600 },
    replicas: { least: 1, most: 12, cpuPercent: 70 },
    resources: { cpu: '500m', memory: '384MB' },
    scrapers: [{ namespace: 'Monitoring' }],
    priority: 'high',
  };
  expect(problems(input)).toEqual([
    'image is "saferoute/user-management:latest". It must be an image with a whole version as its tag ' +
      '(name:1.2.3) or with its digest (name:1.2.3@sha256:…).',
    'settings.REDIS_CACHE_TTL is 3600. It must be text, in quotes.',
    'replicas.least is 1. It must be a whole number from 2 to 1000.',
    'resources.memory is "384MB". It must be memory from 64Mi, such as 256Mi or 2Gi.',
    'scrapers.0.namespace is "Monitoring". It must be a name of at most 63 lower-case letters, digits ' +
      'and inner dashes.',
    expect.stringMatching(/^priority is not a known field. The known fields are name, namespaces, image, /),
  ]);
});

it('describes valid lists and choices', () => {
  const input = {
    ...standard,
    secrets: ['DATABASE_URL'],
    users: { in: 'mysql' },
    exposure: [{ ...standard.exposure?.[0], from: [], host: undefined }],
    redis: { kind: 'elsewhere', at: [{ cidr: '10.0.0.0/33' }] },
    scrapers: 'monitoring',
    externalSecrets: { store: 'vault' },
  };
  expect(problems(input)).toEqual([
    'secrets.0 is "DATABASE_URL". It must be REDIS_USERNAME or REDIS_PASSWORD.',
    'exposure.0.host is missing. It must be a host name in lower case.',
    'exposure.0.from is []. It must be a list of { namespace, labels? } or { cidr } with at least one entry.',
    'scrapers is "monitoring". It must be a list of { namespace, labels? } or { cidr }.',
    'users.in is "mysql". It must be { in: "redis" }, { in: "postgres", … } or ' +
      '{ in: "cloudnative-pg", … }.',
    'redis.at.0 is {"cidr":"10.0.0.0/33"}. It must be { namespace, labels? } or { cidr } with a range ' +
      'such as 10.20.0.0/16.',
    'externalSecrets.path is missing. It must be a path in the store, without a slash at its ends.',
  ]);
});

it('has one message for all problems', () => {
  const message =
    '- replicas.least is missing. It must be a whole number from 2 to 1000.\n- replicas.most is missing';
  expect(() => checkEnvironment('staging', { ...standard, replicas: { cpuPercent: 70 } })).toThrow(message);
});

describe('settings', () => {
  it.each(['REDIS_CACHE_TLL', 'REDIS_TLS_CA_FILE'])('cannot state %s', (name) => {
    expect(problems({ ...standard, settings: { [name]: 'x' } })).toEqual([
      `settings.${name} is not a known field. The known fields are ${PLAIN_VARIABLES.join(', ')}.`,
    ]);
  });

  it.each(['REDIS_PASSWORD', 'DATABASE_URL'])('cannot state %s, and no message shows it', (name) => {
    expect(problems({ ...standard, settings: { [name]: 'hunter2' } })).toEqual([
      expect.stringMatching(`^settings.${name} is a secret and must not be stated here\\. npm run secret`),
    ]);
  });

  it('are read as the service reads them', () => {
    const settings = { REDIS_CACHE_TTL: '0', LOG_LEVEL: 'loud', ARGON2_ITERATIONS: '1' };
    expect(problems({ ...standard, settings, image: 'x' })).toEqual([
      expect.stringMatching('^image is "x". It must be '),
      'settings.REDIS_CACHE_TTL is "0". It must be a whole number from 1 to 2592000 (seconds).',
      'settings.LOG_LEVEL is "loud". It must be trace, debug, info, warn, error, fatal or silent.',
    ]);
  });

  it('are checked against each other by the service, and against other fields', () => {
    const changed = { settings: { ARGON2_ITERATIONS: '1', REDIS_NODES: 'one:26379' }, secrets: [] };
    expect(problems({ ...standard, ...changed })).toEqual([
      expect.stringMatching('^secrets is "". With redis.kind "here" it must be only REDIS_PASSWORD'),
      expect.stringMatching('^settings: REDIS_NODES is set, but REDIS_MODE is "standalone"'),
      expect.stringMatching('^settings: ARGON2_MEMORY_KIB is "19456" with ARGON2_ITERATIONS "1"'),
    ]);
  });
});

describe('fields are checked against each other:', () => {
  it.each([
    [
      'replicas',
      { replicas: { least: 4, most: 3, cpuPercent: 70 } },
      'replicas.most is 3. It must be replicas.least (4) or more.',
    ],
    [
      'a privileged port',
      { settings: { PORT: '80' } },
      'settings.PORT is "80". In Kubernetes it must be a number from 1024 to 65535.',
    ],
    [
      'a loopback address',
      { settings: { HOST: '127.0.0.1' } },
      'settings.HOST is "127.0.0.1". In Kubernetes it must be',
    ],
    [
      'another Redis',
      { settings: { REDIS_HOST: 'cache' } },
      'settings name another Redis (cache:6379, mode standalone',
    ],
    ['no password', { secrets: [] }, 'secrets is "". With redis.kind "here" it must be only REDIS_PASSWORD'],
    [
      'little memory',
      { settings: { ARGON2_MEMORY_KIB: '131072' } },
      'resources.memory is "384Mi". With ARGON2_MEMORY_KIB 131072 it must be 672Mi or more',
    ],
  ])('%s', (_, changed, message) => {
    expect(problems({ ...standard, ...changed })).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [
      'a CA without TLS',
      { settings: { REDIS_MODE: 'sentinel', REDIS_NODES: 'one:26379' } },
      'settings.REDIS_TLS is "false". With redis.ca it must be true.',
    ],
    [
      'a secret twice',
      { secrets: ['REDIS_PASSWORD', 'REDIS_PASSWORD'] },
      'It must name each variable only once.',
    ],
  ])('%s', (_, changed, message) => {
    expect(problems({ ...elsewhere, ...changed })).toEqual([expect.stringContaining(message)]);
  });
});

it.each([
  ['saferoute/user-management:1.2.3', true],
  ['registry.example:5000/a/b/c:1.2.3-rc.1', true],
  [`saferoute/user-management:1.2.3@sha256:${'a'.repeat(64)}`, true],
  ['saferoute/user-management', false],
  ['registry.example:5000/user-management', false],
  ['saferoute/user-management:latest', false],
  [`saferoute/user-management:latest@sha256:${'a'.repeat(64)}`, false],
  ['saferoute/user-management:1.2.3@sha256:abc', false],
  ['Saferoute/user-management:1.2.3', false],
  ['saferoute/user-management:1.2.3\n', false],
])('takes %j for an image that is pinned: %s', (image, pinned) => {
  expect(problems({ ...standard, image }).length === 0).toBe(pinned);
});
