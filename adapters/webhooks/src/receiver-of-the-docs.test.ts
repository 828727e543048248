import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { anEndpointId, anEvent, TestClock } from '@user-management/conformance';
import { DependencyUnavailable, parseTimestamp, parseWebhookSecret } from '@user-management/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpWebhooks } from './index.ts';

const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');

/** The receiver of the page, on a free port that it tells. */
const RECEIVER = (/^ *```js\n([^]*?)^ *```$/m.exec(page)?.[1] ?? '').replace(
  'listen(9000)',
  'listen(0, function () { process.send(this.address().port); })',
);

const SECRET = `whsec_${Buffer.alloc(32, 'docs').toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 'other').toString('base64')}`;

const event = anEvent(new TestClock().now(), { type: 'session.started' });
const now = parseTimestamp(Date.now());

let receiver: ReturnType<typeof spawn>;
let url: string;

beforeAll(async () => {
  receiver = spawn(process.execPath, ['--input-type=module', '--eval', RECEIVER], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // The library is found from here.
    cwd: import.meta.dirname,
    env: { SECRET },
  });
  const [port] = (await once(receiver, 'message')) as [number];
  url = `http://127.0.0.1:${port}/hooks`;
});
afterAll(async () => {
  const closed = once(receiver, 'close');
  receiver.kill();
  await closed;
});

function send(secrets: readonly string[], at = now) {
  const target = { id: anEndpointId(), types: null, url, secrets: secrets.map(parseWebhookSecret) };
  const sender = new HttpWebhooks({ targets: () => [target], anyAddress: true });
  return sender.send({ endpoint: target.id, event }, at);
}

it('takes webhooks with its secret, also while the secret is being changed', async () => {
  const lines = createInterface({ input: receiver.stdout as NodeJS.ReadableStream });
  const said = once(lines, 'line');
  expect(await send([SECRET])).toBe('accepted');
  expect(await said).toEqual([`session.started ${event.userId}`]);
  expect(await send([OTHER, SECRET])).toBe('accepted');
});

it('refuses webhooks with another secret, and old ones', async () => {
  await expect(send([OTHER])).rejects.toThrow(DependencyUnavailable);
  await expect(send([SECRET], parseTimestamp(now - 6 * 60_000))).rejects.toThrow(DependencyUnavailable);
});
