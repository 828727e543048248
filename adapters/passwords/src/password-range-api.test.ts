import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describeBreachedPasswords, RecordingLogger } from '@user-management/conformance';
import { parsePassword } from '@user-management/domain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BreachCheck, PasswordRangeApi } from './password-range-api.ts';
import { entry, otherEntries, sha1, startRangeServer } from './testing/range-server.ts';

const TEXT = 'correct horse';
const password = parsePassword(TEXT);

describeBreachedPasswords('PasswordRangeApi', async (known) => {
  const server = await startRangeServer(({ url = '' }, res) => {
    const listed = known.filter((text) => url === `/range/${sha1(text).slice(0, 5)}`);
    res.end([...otherEntries(800, 0), ...listed.map((text) => entry(text, 7))].join('\r\n'));
  });
  const passwords = new PasswordRangeApi({ url: server.url, ...observed() });
  return { passwords, dispose: () => server.close() };
});

function observed() {
  const outcomes: BreachCheck[] = [];
  const logger = new RecordingLogger();
  return {
    outcomes,
    logger,
    observer: { breachCheck: (outcome: BreachCheck) => void outcomes.push(outcome) },
  };
}

/** An API before a server that answers as given. */
async function apiOver(answer: RequestListener) {
  const server = await startRangeServer(answer);
  onTestFinished(() => server.close());
  const parts = observed();
  return { ...parts, server, api: new PasswordRangeApi({ url: server.url, ...parts }) };
}

const text = (body: string): RequestListener => {
  return (_, res) => void res.end(body);
};

describe('the request', () => {
  it('has five digits of the SHA-1 and asks for padding, and has nothing else of the password', async () => {
    const { api, server } = await apiOver(text(entry(TEXT)));
    await api.has(password);
    const [{ method, url, headers, rawHeaders } = {}] = server.requests;
    expect({ method, url }).toEqual({ method: 'GET', url: `/range/${sha1(TEXT).slice(0, 5)}` });
    expect(headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'user-management' });
    expect([url, ...(rawHeaders ?? [])].join()).not.toContain(sha1(TEXT).slice(0, 6));
  });

  it.each(['', '/'])('goes to the folder that the URL names, with %j at its end', async (end) => {
    const { server, ...parts } = await apiOver(text(entry(TEXT)));
    await new PasswordRangeApi({ url: `${server.url}${end}`, ...parts }).has(password);
    expect(server.requests[0]?.url).toBe(`/range/${sha1(TEXT).slice(0, 5)}`);
  });
});

describe('an answer that lists the password', () => {
  it.each([
    ['among padding', [...otherEntries(500, 0), entry(TEXT, 3), ...otherEntries(500, 0)].join('\r\n')],
    ['with line feeds alone', [...otherEntries(3, 9), entry(TEXT)].join('\n')],
    ['with a line feed at its end', `${entry(TEXT)}\r\n`],
    ['in lower case', entry(TEXT).toLowerCase()],
    ['with a large count', entry(TEXT, 9_999_999_999)],
  ])('is found %s', async (_, body) => {
    const { api, outcomes } = await apiOver(text(body));
    expect(await api.has(password)).toBe(true);
    expect(outcomes).toEqual(['breached']);
  });

  it('is found when it is compressed', async () => {
    const { api } = await apiOver((_, res) => {
      res.setHeader('content-encoding', 'gzip').end(gzipSync(entry(TEXT)));
    });
    expect(await api.has(password)).toBe(true);
  });
});

it('takes an entry with the count 0 for padding', async () => {
  const { api, outcomes } = await apiOver(text([...otherEntries(900, 0), entry(TEXT, 0)].join('\r\n')));
  expect(await api.has(password)).toBe(false);
  expect(outcomes).toEqual(['not-breached']);
});

describe('a password passes, and the check counts as an error,', () => {
  const WRONG: [string, RequestListener][] = [
    ['an answer without entries', text('')],
    ['a page instead of entries', text('<!doctype html><title>Welcome</title>')],
    ['a line that is no entry', text(`${entry(TEXT)}\r\nand more\r\n`)],
    ['an entry without a count', text(sha1(TEXT).slice(5))],
    ['an entry with a negative count', text(entry(TEXT, -1))],
    ['an error of the server', (_, res) => void res.writeHead(500).end(entry(TEXT))],
    ['a refusal', (_, res) => void res.writeHead(429, { 'retry-after': '2' }).end()],
    ['a redirect', (_, res) => void res.writeHead(302, { location: '/elsewhere' }).end(entry(TEXT))],
    ['an answer that is cut off', (_, res) => void res.write(entry(TEXT), () => res.destroy())],
    ['a connection that is closed', (req) => void req.socket.destroy()],
    ['garbage instead of HTTP', (req) => void req.socket.end('220 mail.example ESMTP\r\n')],
    [
      'an encoding that is not what it says',
      (_, res) => {
        res.setHeader('content-encoding', 'gzip').end(entry(TEXT));
      },
    ],
  ];

  it.each(WRONG)('with %s', async (_, answer) => {
    const { api, outcomes } = await apiOver(answer);
    expect(await api.has(password)).toBe(false);
    expect(outcomes).toEqual(['error']);
  });

  it('where nobody listens', async () => {
    const { api, outcomes, server } = await apiOver(text(''));
    await server.close();
    expect(await api.has(password)).toBe(false);
    expect(outcomes).toEqual(['error']);
  });

  // More than the buffers of the kernel hold.
  const HUGE = Buffer.from(`${entry('other')}\r\n`.repeat(1_000_000));

  it.each([
    ['plain', HUGE, {}],
    ['compressed to a hundredth', gzipSync(HUGE), { 'content-encoding': 'gzip' }],
  ])('with more than 256 KiB, %s, of which it does not read the rest', async (_, body, headers) => {
    const { promise: closed, resolve } = Promise.withResolvers<{ finished: boolean }>();
    const { api, outcomes } = await apiOver((_req, res) => {
      res.once('close', () => resolve({ finished: res.writableFinished }));
      res.writeHead(200, headers).end(body);
    });
    expect(await api.has(password)).toBe(false);
    expect(outcomes).toEqual(['error']);
    expect(await closed).toEqual({ finished: body !== HUGE });
  });
});

it('follows no redirect to another server', async () => {
  const elsewhere = await startRangeServer(text(entry(TEXT)));
  onTestFinished(() => elsewhere.close());
  const { api } = await apiOver((req, res) => {
    res.writeHead(307, { location: `${elsewhere.url}${req.url ?? ''}` }).end();
  });
  expect(await api.has(password)).toBe(false);
  expect(elsewhere.requests).toEqual([]);
});

describe('a password passes after a second', () => {
  const SLOW: [string, RequestListener][] = [
    ['without an answer', () => undefined],
    ['of an answer that does not end', (_, res) => void res.write(`${entry('other')}\r\n`)],
    [
      'of an answer that comes in drops',
      (_, res) => {
        const drops = setInterval(() => res.write(`${entry('other')}\r\n`), 50);
        res.once('close', () => clearInterval(drops));
      },
    ],
  ];

  it.each(SLOW)('%s', async (_, answer) => {
    const { api, outcomes } = await apiOver(answer);
    const start = performance.now();
    expect(await api.has(password)).toBe(false);
    const milliseconds = performance.now() - start;
    expect(milliseconds).toBeGreaterThan(900);
    expect(milliseconds).toBeLessThan(5_000);
    expect(outcomes).toEqual(['timeout']);
  });
});

describe('a flood', () => {
  it('has 64 requests in flight at most, and lets the other passwords pass at once', async () => {
    const { api, outcomes, server } = await apiOver(() => undefined);
    const all = Promise.all(Array.from({ length: 70 }, () => api.has(password)));
    expect(outcomes).toEqual(Array.from({ length: 6 }, () => 'skipped'));
    await all;
    expect(server.requests.length).toBeLessThanOrEqual(64);
  });

  it('leaves room for later passwords', async () => {
    const { api } = await apiOver(text(entry(TEXT)));
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 64 }, () => api.has(password)));
      expect(answers).not.toContain(false);
    }
  });
});

describe('the log', () => {
  it('has one line for an outage and one for its end, and nothing of the password', async () => {
    let broken = true;
    const { api, logger } = await apiOver((_, res) => {
      res.writeHead(broken ? 503 : 200).end(entry(TEXT));
    });
    for (const state of [true, true, false, false, true]) {
      broken = state;
      await api.has(password);
    }
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn']);
    const shown = JSON.stringify(
      logger.lines.map(({ details, message }) => [String(Object.values(details)), message]),
    );
    expect(shown).toContain('503');
    expect(shown).not.toContain(TEXT);
    expect(shown).not.toContain(sha1(TEXT).slice(0, 5));
  });
});
