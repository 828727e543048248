import { type Variable, VARIABLE_NAMES, type VariableName, VARIABLES } from '@user-management/settings';
import { describe, expect, it } from 'vitest';
import { configData } from '../charts/user-management/config.ts';
import { adjusted, elsewhere, operated, standard } from '../testing/variants.ts';
import { checkEnvironment } from './check-environment.ts';
import type { Environment } from './props.ts';
import { settingsOf, wire as wireChecked } from './wiring.ts';

const wire = (environment: Environment) =>
  wireChecked(checkEnvironment(environment.name, environment).environment);

const DECLARED = VARIABLE_NAMES.map((name) => ({
  name,
  source: (VARIABLES[name] as Variable<unknown>).kubernetes,
}));

const STATED: Partial<Record<VariableName, string>> = {
  TRUSTED_PROXIES: '10.0.0.0/8',
  BREACHED_PASSWORDS_URL: 'https://passwords.example/range',
  MAIL_FROM: 'Example <no-reply@example.com>',
  LINK_RESET: 'https://example.com/reset',
  LINK_UNDO: 'https://example.com/undo',
};

describe('the variables of the service', () => {
  const wiring = wire(standard);

  it('are those of the guide', () => {
    expect(Object.fromEntries(wiring)).toMatchObject({
      REDIS_HOST: { from: 'value', value: 'redis.data.svc.cluster.local' },
      REDIS_PORT: { from: 'value', value: '6379' },
      REDIS_PASSWORD: { from: 'secret', name: 'redis-secret', key: 'password' },
      REDIS_CACHE_TTL: { from: 'config-map', key: 'redis.cache.ttl', value: '3600' },
      REDIS_AUTH_TOKEN_TTL: { from: 'config-map', key: 'redis.auth.token.ttl', value: '3600' },
    });
  });

  const inConfigMap = DECLARED.filter(({ source }) => source.from === 'config-map');

  it.each(inConfigMap.filter(({ name }) => 'default' in VARIABLES[name]))(
    'have $name in the ConfigMap, as declared',
    ({ name, source }) => {
      expect(wiring.get(name)).toMatchObject(source);
      expect(configData(wiring)).toHaveProperty([source.from === 'config-map' ? source.key : '']);
    },
  );

  it.each(inConfigMap.filter(({ name }) => !('default' in VARIABLES[name])))(
    'have $name in the ConfigMap when the environment states it',
    ({ name, source }) => {
      expect(wiring.has(name)).toBe(false);
      const stated = wire({ ...adjusted, settings: { ...adjusted.settings, [name]: STATED[name] } });
      expect(stated.get(name)).toEqual({ ...source, value: STATED[name] });
    },
  );

  it.each(DECLARED.filter(({ source }) => source.from === 'on-request'))(
    'have no $name, because the environment does not state it',
    ({ name }) => {
      expect(wiring.has(name)).toBe(false);
    },
  );

  it('have the stated settings', () => {
    const asked: Environment = { ...standard, settings: { HOST: '::', LOG_LEVEL: 'warn' } };
    expect(wire(asked).get('HOST')).toEqual({ from: 'value', value: '::' });
    expect(configData(wire(asked))).toMatchObject({ 'log.level': 'warn' });
  });

  it('have each secret from its Secret, and only the listed ones', () => {
    expect(wiring.has('REDIS_USERNAME')).toBe(false);
    expect(wire(elsewhere).get('REDIS_USERNAME')).toEqual({
      from: 'secret',
      name: 'redis-secret',
      key: 'username',
    });
    expect(wire(elsewhere).get('DATABASE_URL')).toEqual({
      from: 'secret',
      name: 'database-secret',
      key: 'url',
    });
  });

  it('have the relay from its Secret, and the folder of the templates, where there are mails', () => {
    expect([wiring.has('SMTP_URL'), wiring.has('MAIL_TEMPLATES_DIR')]).toEqual([false, false]);
    const mailing = wire(adjusted);
    expect(mailing.get('SMTP_URL')).toEqual({ from: 'secret', name: 'smtp-secret', key: 'url' });
    expect(mailing.get('MAIL_TEMPLATES_DIR')).toEqual({ from: 'value', value: '/etc/mail-templates' });
  });

  it('have the URL from the operator of the database', () => {
    expect(wire(operated).get('DATABASE_URL')).toEqual({
      from: 'secret',
      name: 'user-management-db-app',
      key: 'uri',
    });
  });
});

describe('the settings that the service reads', () => {
  it('are production with users in Redis', () => {
    expect(settingsOf(wire(standard))).toMatchObject({
      appEnv: 'production',
      database: { kind: 'redis' },
      redis: { nodes: [{ host: 'redis.data.svc.cluster.local', port: 6379 }] },
      shutdown: { delayMs: 5000, timeoutMs: 20_000 },
    });
  });

  it('have a stand-in for each secret, because its value is not known here', () => {
    const { database, redis } = settingsOf(wire(elsewhere));
    expect(database.kind).toBe('postgres');
    expect(redis.password).toBeDefined();
  });
});
