import {
  DependencyUnavailable,
  type Event,
  type Receipt,
  type UserId,
  type Webhook,
  type WebhookSender,
} from '@user-management/domain';
import { expect, it } from 'vitest';
import { anEndpointId, anEvent, aUserId } from '../fakes/samples.ts';
import { world } from './world.ts';

const SECOND = 1_000;
const DAY = 86_400_000;

/** An endpoint that answers as the test says. `down` is a failure. */
function webhooksWorld() {
  const endpoint = anEndpointId();
  const got: Event[] = [];
  const state: { answer: Receipt | 'down'; fault: Error | undefined } = {
    answer: 'accepted',
    fault: undefined,
  };
  const webhookSender: WebhookSender = {
    endpoints: [{ id: endpoint, types: null }],
    send: ({ event }: Webhook) => {
      if (state.fault) return Promise.reject(state.fault);
      if (state.answer === 'down') return Promise.reject(new DependencyUnavailable('webhook endpoint'));
      got.push(event);
      return Promise.resolve(state.answer);
    },
  };
  const here = world();
  const useCases = here.createUseCases({ webhookSender });
  return {
    ...here,
    ...useCases,
    ...{ endpoint, got, state },
    /** Lets events of a user happen. */
    happen: async (count: number, userId: UserId = aUserId()): Promise<Event[]> => {
      const now = here.clock.now();
      const events = Array.from({ length: count }, () => anEvent(now, { userId }));
      for (const event of events) await here.events.append(event, [{ endpoint, event }]);
      return events;
    },
    /** Delivers what is due, and returns the outcomes. */
    round: async () => {
      const deliveries = await useCases.takeWebhooks(endpoint, 10);
      return Promise.all(deliveries.map((delivery) => useCases.deliverWebhook(delivery)));
    },
  };
}

it('delivers the events of a user one after the other', async () => {
  const { got, happen, round } = webhooksWorld();
  const events = await happen(3);
  for (let n = 0; n < 3; n++) expect(await round()).toEqual(['delivered']);
  expect(await round()).toEqual([]);
  expect(got).toEqual(events);
});

it('tries again with growing pauses, from 5 s to an hour', async () => {
  const { clock, state, happen, round, logger } = webhooksWorld();
  await happen(1);
  state.answer = 'down';
  const pauses: number[] = [];
  for (let waited = 0; pauses.length < 13;) {
    const [outcome] = await round();
    if (outcome) {
      expect(outcome).toBe('retried');
      pauses.push(waited);
      waited = 0;
    } else {
      clock.advance(5 * SECOND);
      waited += 5;
    }
  }
  expect(pauses).toEqual([0, 5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
  expect(logger.lines.at(-1)).toMatchObject({
    level: 'warn',
    message: 'A webhook was not delivered. The service tries again.',
    details: { attempts: 13 },
  });
});

it('sets a webhook aside that fails a day after its event, and goes on with the next one', async () => {
  const { clock, state, endpoint, got, happen, round, logger, readWebhookBacklog } = webhooksWorld();
  const [first, second] = await happen(2);
  state.answer = 'down';
  clock.advance(DAY - 1);
  expect(await round()).toEqual(['retried']);
  clock.advance(5 * SECOND);
  expect(await round()).toEqual(['set-aside']);
  expect(logger.lines.at(-1)).toMatchObject({
    level: 'error',
    message: 'A webhook could not be delivered in time. The service sets it aside.',
    details: { endpoint, event_id: first?.id, attempts: 2 },
  });
  expect(await readWebhookBacklog(endpoint)).toEqual({ webhooks: 1, oldestSeconds: (DAY - 1) / 1000 + 5 });
  state.answer = 'accepted';
  expect(await round()).toEqual(['delivered']);
  expect(got).toEqual([second]);
});

it('tries each webhook at least once, also when no replica ran for a day', async () => {
  const { clock, got, happen, round } = webhooksWorld();
  const events = await happen(1);
  clock.advance(2 * DAY);
  expect(await round()).toEqual(['delivered']);
  expect(got).toEqual(events);
});

it('sets aside at once what a receiver never wants again', async () => {
  const { state, happen, round, logger } = webhooksWorld();
  await happen(1);
  state.answer = 'gone';
  expect(await round()).toEqual(['set-aside']);
  expect(await round()).toEqual([]);
  expect(logger.lines).toMatchObject([{ level: 'error', details: { status: 410 } }]);
});

it('leaves a webhook to another replica within a minute when this one dies', async () => {
  const { clock, endpoint, happen, takeWebhooks, round } = webhooksWorld();
  await happen(1);
  await takeWebhooks(endpoint, 10);
  clock.advance(59 * SECOND);
  expect(await round()).toEqual(['delivered']);
});

it('does not hide a fault of the code', async () => {
  const { state, happen, round } = webhooksWorld();
  await happen(1);
  state.fault = new TypeError('a fault');
  await expect(round()).rejects.toThrow('a fault');
});

it('drops what an endpoint that is not configured any more has not got, after a week', async () => {
  const { clock, endpoint, happen, pruneWebhooks, readWebhookBacklog } = webhooksWorld();
  await happen(2);
  clock.advance(7 * DAY);
  expect(await pruneWebhooks()).toBe(0);
  clock.advance(1);
  expect(await pruneWebhooks()).toBe(2);
  expect(await readWebhookBacklog(endpoint)).toEqual({ webhooks: 0, oldestSeconds: 0 });
});

it('fails an endpoint that nobody configured, and keeps the webhook', async () => {
  const { createUseCases, happen, endpoint } = webhooksWorld();
  await happen(1);
  const off = createUseCases({ webhookSender: null });
  const [delivery] = await off.takeWebhooks(endpoint, 1);
  expect(delivery && (await off.deliverWebhook(delivery))).toBe('retried');
});
