import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '@user-management/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileProblem, FileWebhookTargets } from './index.ts';

const SECRET = `whsec_${Buffer.alloc(32, 'hidden').toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(24, 'other').toString('base64')}`;

let folder: string;
let path: string;
let logger: RecordingLogger;

const write = (list: unknown) => writeFile(path, JSON.stringify(list, null, 1));

async function open(list: unknown, production = true): Promise<FileWebhookTargets> {
  await write(list);
  const targets = await FileWebhookTargets.open(path, {
    production,
    observer: { file: () => undefined },
    logger,
  });
  targets.file.stop();
  return targets;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  path = join(folder, 'webhooks.json');
  logger = new RecordingLogger();
});
afterEach(() => rm(folder, { recursive: true }));

const url = 'https://hooks.example.com/users?key=hidden';

describe('the endpoints', () => {
  it('are what the file lists', async () => {
    const opened = await open([
      { url, secret: SECRET },
      {
        url: 'http://billing.shop.svc:8080/hooks',
        types: ['user.deleted'],
        secret: SECRET,
        previous_secret: OTHER,
      },
      { url: 'http://billing.shop.svc.cluster.local/', secret: OTHER },
      { url: 'https://[2001:db8::1]/', secret: OTHER },
    ]);
    expect(opened.targets()).toMatchObject([
      { id: expect.stringMatching(/^hooks\.example\.com-[0-9a-f]{8}$/) as string, url, types: null },
      { types: ['user.deleted'], url: 'http://billing.shop.svc:8080/hooks' },
      { id: expect.stringMatching(/^billing\.shop\.svc\.cluster\.local-/) as string },
      { id: expect.stringMatching(/^2001:db8::1-/) as string },
    ]);
    const secrets = opened.targets().map((target) => target.secrets.map((secret) => secret.reveal()));
    expect(secrets[1]).toEqual([SECRET, OTHER].map((secret) => secret.slice(6)));
    expect(JSON.stringify(opened.targets())).not.toContain(SECRET.slice(6));
  });

  it('keep their id while the secret changes, and have another one for another path', async () => {
    const [before] = (await open([{ url, secret: SECRET }])).targets();
    const [after, other] = (
      await open([
        { url, secret: OTHER, previous_secret: SECRET },
        { url: `${url}2`, secret: OTHER },
      ])
    ).targets();
    expect(after?.id).toBe(before?.id);
    expect(other?.id).not.toBe(before?.id);
  });

  it('may have http: in development', async () => {
    const opened = await open([{ url: 'http://localhost:9000/', secret: SECRET }], false);
    expect(opened.targets()).toHaveLength(1);
  });

  it('follow the file, and stay when it has a fault', async () => {
    const opened = await open([{ url, secret: SECRET }]);
    await write([]);
    await opened.file.look();
    expect(opened.targets()).toEqual([]);
    await write([{ url }]);
    await opened.file.look();
    expect(opened.file.state.problem).toContain('WEBHOOKS_FILE');
    expect(opened.targets()).toEqual([]);
  });
});

describe('a list that is refused', () => {
  const good = { url, secret: SECRET };
  it.each([
    ['no list', {}, 'the value must be a list'],
    ['no URL', [{ ...good, url: 'hidden' }], 'Line 3: url must be a URL with https:'],
    ['another protocol', [{ ...good, url: 'file:///hidden' }], 'url must be a URL with https:'],
    ['a long URL', [{ ...good, url: `${url}${'x'.repeat(2048)}` }], 'at most 2048 characters'],
    ['a password', [{ ...good, url: 'https://a:hidden@example.com/' }], 'must have no user, no password'],
    ['a fragment', [{ ...good, url: `${url}#hidden` }], 'and no fragment'],
    ['http:', [{ ...good, url: 'http://example.com/hidden' }], 'must have https:, except in the cluster'],
    ['http: and svc inside', [{ ...good, url: 'http://a.svc.example.com/hidden' }], 'must have https:'],
    ['no secret', [{ url }], 'Line 2: secret must be whsec_'],
    ['a short secret', [{ url, secret: 'whsec_hidden' }], 'Line 4: secret must be whsec_ and 24 to 64 bytes'],
    [
      'a wrong type',
      [{ ...good, types: ['hidden'] }],
      'types must be a list of at least one of user.registered',
    ],
    ['no types', [{ ...good, types: [] }], 'types must be a list of at least one of'],
    ['one URL twice', [good, { ...good, secret: OTHER }], 'url must not be that of another entry'],
    ['another member', [{ ...good, retries: 'hidden' }], 'retries is not a known member'],
  ])('has %s', async (_, list, message) => {
    const error: unknown = await open(list).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileProblem);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('hidden');
  });
});
