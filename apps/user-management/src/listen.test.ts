import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type Service, spawnService } from '@user-management/servers';
import { afterEach, describe, expect, it } from 'vitest';

let service: Service;
afterEach(() => service.stop());

/** Without Redis, because development does not need it. */
const DEVELOPMENT = {
  APP_ENV: 'development',
  DATABASE_URL: 'memory:',
  REDIS_HOST: '127.0.0.1',
  REDIS_PORT: '1',
};

const spawn = async (env: Record<string, string>) => {
  service = await spawnService({ ...DEVELOPMENT, ...env });
};

const announced = async (pattern: RegExp): Promise<string> => {
  await expect.poll(() => service.output(), { timeout: 15_000 }).toMatch(pattern);
  return pattern.exec(service.output())?.[1] ?? '';
};

describe('the announcement', () => {
  it('names the port that the system chose for PORT=0', async () => {
    await spawn({ PORT: '0' });
    const port = await announced(/"port":(\d+),.*"The service is listening\."/);
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  });

  it('has a URL that works for an IPv6 address', async () => {
    await spawn({ HOST: '::1', PORT: '0', LOG_FORMAT: 'pretty' });
    const url = await announced(/listens on (http:\S+)/);
    expect(url).toMatch(/^http:\/\/\[::1\]:[1-9]/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it('comes from the sources too, as with npm start', async () => {
    service = await spawnService({ ...DEVELOPMENT, PORT: '0' }, join(import.meta.dirname, 'main.ts'));
    const port = await announced(/"port":(\d+),.*"The service is listening\."/);
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  });
});

describe('an address where the service cannot listen', () => {
  it.each([
    ['does not resolve', 'no-such-host.invalid'],
    ['is not of this machine', '192.0.2.1'],
  ])('ends the start with 78 and names HOST where it %s', async (_, host) => {
    await spawn({ HOST: host });
    expect(await service.exit).toBe(78);
    expect(service.output()).toContain(`HOST is "${host}", where the service cannot listen (`);
    expect(service.output()).not.toContain('    at ');
  });

  it('ends the start with 69 and names PORT when the port is in use', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    await spawn({ PORT: String(port) });
    expect(await service.exit).toBe(69);
    expect(service.output()).toContain(`PORT is "${port}", which is in use on 127.0.0.1 (EADDRINUSE)`);
    other.close();
  });
});

describe.each(['pretty', 'json'])('a %s log whose reader is gone', (format) => {
  it('does not end the process', async () => {
    await spawn({ LOG_FORMAT: format });
    await expect
      .poll(() => fetch(`${service.url}/livez`).catch(() => undefined), { timeout: 15_000 })
      .toBeDefined();
    service.stopReading();
    for (let n = 0; n < 5; n++) {
      expect((await fetch(`${service.url}/nowhere`)).status).toBe(404);
    }
    service.signal('SIGTERM');
    expect(await service.exit).toBe(0);
  });
});
