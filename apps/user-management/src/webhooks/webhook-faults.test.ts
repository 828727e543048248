import { randomInt } from 'node:crypto';
import {
  aDevice,
  anEmail,
  anEndpointId,
  Hooked,
  RecordingLogger,
  TestClock,
} from '@user-management/conformance';
import { parsePassword, parseUserId, parseWebhookSecret, type UserId } from '@user-management/domain';
import { createMemoryStore } from '@user-management/memory';
import { answers, type Behaviour, type Receiver, startReceiver } from '@user-management/servers';
import { HttpWebhooks } from '@user-management/webhooks';
import { expect, it, onTestFinished } from 'vitest';
import { sampleUseCases } from '../testing/sample-use-cases.ts';
import { temporarySqlite } from '../testing/temporary-sqlite.ts';
import { subscribed } from './subscribed.ts';

const FAULTS: readonly Behaviour[] = [
  answers(500),
  answers(503),
  answers(307, { location: 'http://localhost/' }),
  (_, request) => request.socket.destroy(),
  // It hangs.
  () => undefined,
];

const SOUND = answers(204);

const secrets = [parseWebhookSecret(`whsec_${'A'.repeat(32)}`)];

/** The events of the user in the order in which the receiver got them for the first time. */
function firstReceipts({ received }: Receiver, user: UserId): string[] {
  const events = received.map(({ body }) => JSON.parse(body) as { id: string; subject: string });
  return [...new Set(events.filter(({ subject }) => subject === user).map(({ id }) => id))];
}

it.each([
  ['memory', () => Promise.resolve(createMemoryStore())],
  ['SQLite', temporarySqlite],
])(
  'each endpoint gets each event in the order of its user, whatever fails, with the queue in %s',
  { timeout: 60_000 },
  async (_, open) => {
    const receivers = [await startReceiver(SOUND), await startReceiver(SOUND)];
    for (const receiver of receivers) onTestFinished(() => receiver.close());
    const targets = receivers.map(({ url }) => ({ id: anEndpointId(), types: null, url, secrets }));
    const clock = new TestClock();
    const logger = new RecordingLogger();
    const store = await open(logger);
    const sender = new HttpWebhooks({ targets: () => targets, anyAddress: true, timeLimitMs: 600 });

    /** A replica that may die after the receiver has a webhook, and before the queue knows. */
    const replica = () => {
      const webhooks = new Hooked(store.webhooks);
      const stores = { ...store, ...subscribed(store, () => targets), webhooks: webhooks.port };
      return { ...sampleUseCases({ ...stores, clock, logger }, { webhookSender: sender }), webhooks };
    };
    const replicas = [replica(), replica(), replica()];

    const users: UserId[] = [];
    const happen = async () => {
      for (const { registerUser, logIn } of replicas) {
        const [email, password] = [anEmail(), parsePassword('correct horse battery')];
        const applicant = { email, device: aDevice(), phone: null, name: null, preferences: {} };
        const { user } = await registerUser(applicant, password);
        users.push(parseUserId(user.id));
        clock.advance(1);
        await logIn({ email, password }, aDevice());
        clock.advance(1);
      }
    };
    await happen();

    const round = () =>
      Promise.all(
        replicas.flatMap(({ takeWebhooks, deliverWebhook, webhooks }) =>
          targets.map(async ({ id }) => {
            for (const delivery of await takeWebhooks(id, randomInt(1, 4))) {
              if (randomInt(8) === 0) webhooks.failOnce('before', 'remove', new Error('killed'));
              await deliverWebhook(delivery).catch((error: unknown) => {
                expect((error as Error).message).toBe('killed');
              });
            }
          }),
        ),
      );
    for (let n = 0; n < 8; n++) {
      for (const receiver of receivers) receiver.behave(FAULTS[randomInt(FAULTS.length * 2)] ?? SOUND);
      await round();
      clock.advance(20_000);
      if (n === 4) await happen();
    }
    for (const receiver of receivers) receiver.behave(SOUND);
    const waiting = async () => {
      const backlogs = await Promise.all(targets.map(({ id }) => store.webhooks.backlog(id)));
      return backlogs.reduce((sum, { webhooks }) => sum + webhooks, 0);
    };
    for (let n = 0; n < 300 && (await waiting()) > 0; n++) {
      await round();
      clock.advance(5_000);
    }

    expect(await waiting()).toBe(0);
    expect(users).toHaveLength(6);
    for (const user of users) {
      const happened = (await store.events.ofUser(user, 100)).map(({ id }) => id).toReversed();
      expect(happened.length).toBeGreaterThanOrEqual(3);
      for (const receiver of receivers) expect(firstReceipts(receiver, user)).toEqual(happened);
    }
  },
);
