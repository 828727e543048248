import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { aDifficultEvent, anEndpointId, TestClock } from '@user-management/conformance';
import {
  DependencyUnavailable,
  parseTimestamp,
  parseWebhookSecret,
  toRfc3339,
  type WebhookTarget,
} from '@user-management/domain';
import { answers, type Behaviour, makeCertificates, startReceiver as start } from '@user-management/servers';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpWebhooks, type HttpWebhooksOptions } from './index.ts';

const OLD = `whsec_${Buffer.alloc(24, 'old').toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 'new').toString('base64')}`;

const clock = new TestClock();
const endpoint = anEndpointId();
const event = aDifficultEvent(clock.now());

const target = (url: string, members: Partial<WebhookTarget> = {}): WebhookTarget => ({
  ...{ id: endpoint, types: null, url, secrets: [parseWebhookSecret(NEW)] },
  ...members,
});

const sender = (targets: readonly WebhookTarget[], options: Partial<HttpWebhooksOptions> = {}) =>
  new HttpWebhooks({ targets: () => targets, anyAddress: true, ...options });

const sendTo = (url: string, options: Partial<HttpWebhooksOptions> = {}, now = clock.now()) =>
  sender([target(url)], options).send({ endpoint, event }, now);

async function startReceiver(...args: Parameters<typeof start>) {
  const receiver = await start(...args);
  onTestFinished(() => receiver.close());
  return receiver;
}

/** Why a webhook was not delivered. */
async function causeOf(sending: Promise<unknown>): Promise<string> {
  const error: unknown = await sending.then(
    () => new Error('It was delivered.'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DependencyUnavailable);
  const text = String((error as Error).cause);
  expect(text).not.toMatch(/hidden|localhost|bmV3/);
  return text;
}

describe('a webhook', () => {
  it('is a CloudEvent that Standard Webhooks verify with either secret', async () => {
    const receiver = await startReceiver();
    const both = target(receiver.url, { secrets: [NEW, OLD].map(parseWebhookSecret) });
    // The library compares with the clock of the machine.
    expect(await sender([both]).send({ endpoint, event }, parseTimestamp(Date.now()))).toBe('accepted');
    const [{ method, path, headers, body } = { headers: {}, body: '' }] = receiver.received;
    expect([method, path]).toEqual(['POST', '/hooks?key=hidden']);
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'user-management',
      'webhook-id': event.id,
    });
    const expected = {
      specversion: '1.0',
      id: event.id,
      source: '/user-management',
      type: event.type,
      subject: event.userId,
      time: toRfc3339(event.time),
      datacontenttype: 'application/json',
      data: {
        id: event.id,
        type: event.type,
        time: toRfc3339(event.time),
        user_id: event.userId,
        session_id: event.sessionId,
        actor: event.actor,
        ip: event.ip,
        user_agent: event.userAgent,
        device_id: event.deviceId,
      },
    };
    for (const secret of [NEW, OLD]) {
      expect(new StandardWebhook(secret).verify(body, headers)).toEqual(expected);
    }
    const stranger = `whsec_${Buffer.alloc(32, 'x').toString('base64')}`;
    expect(() => new StandardWebhook(stranger).verify(body, headers)).toThrow('No matching signature');
    expect(() => new StandardWebhook(NEW).verify(`${body} `, headers)).toThrow('No matching signature');
  });

  it('has the same id and body when it is sent again, and the time of the attempt', async () => {
    const receiver = await startReceiver();
    await sendTo(receiver.url);
    await sendTo(receiver.url, {}, parseTimestamp(clock.now() + 5_000));
    const [first, second] = receiver.received;
    expect([second?.body, second?.headers['webhook-id']]).toEqual([first?.body, event.id]);
    const times = [first, second].map((one) => Number(one?.headers['webhook-timestamp']));
    expect(times).toEqual([Math.floor(clock.now() / 1000), Math.floor(clock.now() / 1000) + 5]);
  });

  it('is sent over TLS to a receiver with a certificate that the service trusts', async () => {
    const { ca, cert, key } = await makeCertificates();
    const receiver = await startReceiver(answers(200), { cert, key });
    expect(await causeOf(sendTo(receiver.url))).toMatch(/The connection failed \(\w+\)/);
    const trusted = getCACertificates();
    onTestFinished(() => {
      setDefaultCACertificates(trusted);
    });
    setDefaultCACertificates([ca]);
    expect(await sendTo(receiver.url)).toBe('accepted');
  });
});

describe('an answer', () => {
  const endless: Behaviour = (answer) => {
    answer.writeHead(200);
    const more = (): void => {
      while (!answer.destroyed && answer.write(Buffer.alloc(16_384)));
      answer.once('drain', more);
    };
    more();
  };

  const stopsAfterHead: Behaviour = (answer) => {
    answer.writeHead(202).flushHeaders();
  };

  it.each<[string, Behaviour, string]>([
    ['204', answers(204), 'accepted'],
    ['200', answers(200), 'accepted'],
    ['without an end', endless, 'accepted'],
    ['that stops after its head', stopsAfterHead, 'accepted'],
    ['410', answers(410), 'gone'],
  ])('%s tells what became of the webhook', async (_, behaviour, receipt) => {
    const receiver = await startReceiver(behaviour);
    expect(await sendTo(receiver.url)).toBe(receipt);
  });

  it.each([400, 401, 404, 429, 500, 503])('%i is a failure', async (status) => {
    const receiver = await startReceiver(answers(status));
    expect(await causeOf(sendTo(receiver.url))).toContain(`The receiver answered with the status ${status}.`);
  });

  it.each([301, 302, 303, 307, 308])('%i is a failure, because no redirect is followed', async (status) => {
    const other = await startReceiver();
    const receiver = await startReceiver(answers(status, { location: other.url }));
    expect(await causeOf(sendTo(receiver.url))).toContain(`status ${status}`);
    expect(other.received).toEqual([]);
  });

  it('that is too long is not read to its end', async () => {
    const closed = Promise.withResolvers<unknown>();
    const receiver = await startReceiver((answer, request) => {
      request.socket.once('close', closed.resolve);
      endless(answer, request);
    });
    await sendTo(receiver.url);
    await closed.promise;
  });
});

describe('a receiver that', () => {
  it('is down is a failure', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    expect(await causeOf(sendTo(receiver.url))).toMatch(/The connection failed \(\w+\)/);
  });

  it('has no address is a failure', async () => {
    // The label is too long, so nobody is asked for it.
    const sending = sendTo(`http://${'x'.repeat(64)}.invalid/`, { anyAddress: false });
    expect(await causeOf(sending)).toMatch(/The connection failed \((?:ENOTFOUND|EAI_AGAIN)\)/);
  });

  it('closes the connection is a failure', async () => {
    const receiver = await startReceiver((_, request) => request.socket.destroy());
    expect(await causeOf(sendTo(receiver.url))).toContain('The connection failed (ECONNRESET)');
  });

  it('does not answer is a failure after the limit, and keeps no other waiting', async () => {
    const slow = await startReceiver(() => undefined);
    const quick = await startReceiver();
    const hanging = causeOf(sendTo(slow.url, { timeLimitMs: 1_000 }));
    expect(await sendTo(quick.url)).toBe('accepted');
    expect(await hanging).toContain('The receiver did not answer within 1 s.');
  });

  it('does not speak HTTP is a failure', async () => {
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.end('220 smtp.example.com ESMTP\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    expect(await causeOf(sendTo(`http://localhost:${port}/`))).toContain('The connection failed (HPE_');
  });

  it('does not answer is given up when the service stops', async () => {
    const asked = Promise.withResolvers<undefined>();
    const receiver = await startReceiver(() => {
      asked.resolve(undefined);
    });
    const webhooks = sender([target(receiver.url)]);
    const sending = causeOf(webhooks.send({ endpoint, event }, clock.now()));
    await asked.promise;
    webhooks.stop(1);
    expect(await sending).toContain('The connection failed (ABORT_ERR)');
  });
});

describe('in production', () => {
  it.each([
    'http://127.0.0.1:%d/',
    'http://localhost:%d/',
    'http://0.0.0.0:%d/',
    'http://2130706433:%d/',
    'http://[::1]:%d/',
    'http://[::ffff:127.0.0.1]:%d/',
    'http://[::ffff:7f00:1]:%d/',
    'http://169.254.169.254:%d/latest/meta-data',
    'http://[fe80::1]:%d/',
    'http://[fd00:ec2::254]:%d/',
    'http://168.63.129.16:%d/machine',
    'http://[fd00:c1::a9fe:a9fe]:%d/',
    'http://[fd00:42::42]:%d/',
    'http://[64:ff9b::a9fe:a9fe]:%d/',
    'http://[64:ff9b::a83f:8110]:%d/',
  ])('%s is not reached', async (url) => {
    const receiver = await startReceiver();
    const sending = sendTo(url.replace('%d', String(receiver.port)), { anyAddress: false });
    expect(await causeOf(sending)).toContain('The endpoint has an address that webhooks are not sent to.');
    expect(receiver.received).toEqual([]);
  });
});

describe('the endpoints', () => {
  it('are what the configuration says now', async () => {
    const receiver = await startReceiver();
    let targets = [target(receiver.url)];
    const webhooks = new HttpWebhooks({ targets: () => targets, anyAddress: true });
    expect(webhooks.endpoints).toMatchObject([{ id: endpoint }]);
    expect(await webhooks.send({ endpoint, event }, clock.now())).toBe('accepted');
    targets = [];
    expect(webhooks.endpoints).toEqual([]);
    const sending = webhooks.send({ endpoint, event }, clock.now());
    expect(await causeOf(sending)).toContain('The endpoint is not configured any more.');
  });
});
