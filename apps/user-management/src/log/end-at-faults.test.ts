import { spawnService } from '@user-management/servers';
import { expect, it } from 'vitest';

/** Joined at run time, because a frame of the stack contains the text of this module. */
const SECRET = `['sec', 'ret'].join('')`;
const FAULT = `Object.assign(new TypeError('no such row: "' + ${SECRET} + '"'), { detail: ${SECRET} })`;

/** Starts the service with a module that fails at the first request. */
const spawnFaulty = (statement: string) =>
  spawnService({
    APP_ENV: 'development',
    DATABASE_URL: 'memory:',
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: '1',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
      `import { subscribe } from 'node:diagnostics_channel';
       const fail = async () => { ${statement} };
       subscribe('http.server.request.start', () => setImmediate(fail));`,
    )}`,
  });

it.each([
  ['an exception', `setImmediate(() => { throw ${FAULT}; })`, 'TypeError'],
  ['a rejection', `throw ${FAULT}`, 'TypeError'],
  ['a thrown value', `setImmediate(() => { throw { detail: ${SECRET} }; })`, 'Error'],
])(
  '%s that nothing handles ends the process with 70, and the log shows no data',
  async (_, statement, type) => {
    const service = await spawnFaulty(statement);
    await expect
      .poll(() => service.output(), { timeout: 30_000 })
      .toContain('"msg":"The service is listening."');
    await fetch(`${service.url}/livez`).catch(() => 'the process ended first');
    expect(await service.exit).toBe(70);
    expect(service.output()).toContain('"msg":"The process ends, because nothing handles this fault."');
    expect(service.output()).toContain(`"err":{"type":"${type}"`);
    expect(service.output()).not.toContain('secret');
  },
);
