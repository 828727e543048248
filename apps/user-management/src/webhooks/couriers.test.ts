import { anEndpointId, anEvent, RecordingLogger, TestClock } from '@user-management/conformance';
import {
  type Delivery,
  type EndpointId,
  parseTimestamp,
  type UseCases as Desk,
} from '@user-management/domain';
import { expect, it, vi } from 'vitest';
import { Couriers } from './couriers.ts';

const now = new TestClock().now();
/** On a busy machine, too. */
const SOON = { timeout: 15_000 };
const idle = { webhooks: 0, oldestSeconds: 0 };

const deliveryTo = (endpoint: EndpointId): Delivery => ({
  ...{ endpoint, event: anEvent(now), attempts: 1, until: parseTimestamp(now + 1) },
});

/** Couriers whose rounds start when the test says so. */
function world(...endpoints: EndpointId[]) {
  const queue = new Map(endpoints.map((id) => [id, [] as Delivery[]]));
  const useCases = {
    takeWebhooks: vi.fn((id: EndpointId, limit: number) =>
      Promise.resolve(queue.get(id)?.splice(0, limit) ?? []),
    ),
    deliverWebhook: vi.fn<Desk['deliverWebhook']>(() => Promise.resolve('delivered')),
    readWebhookBacklog: vi.fn<Desk['readWebhookBacklog']>(() => Promise.resolve(idle)),
  };
  const observer = { webhook: vi.fn(), webhooksWaiting: vi.fn() };
  const logger = new RecordingLogger();
  const listed = { endpoints: endpoints.map((id) => ({ id, types: null })) };
  let begin: (() => void) | undefined;
  let over = Promise.withResolvers<undefined>();
  const couriers = new Couriers(useCases, {
    ...{ sender: listed, observer, logger },
    pause: (signal) => {
      over.resolve(undefined);
      return new Promise<void>((resolve) => {
        begin = resolve;
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
  });
  return {
    ...{ useCases, observer, logger, listed, queue, couriers },
    first: () => over.promise,
    round: async () => {
      over = Promise.withResolvers();
      begin?.();
      await over.promise;
    },
  };
}

it('takes the next webhook after a success, without waiting for a round', async () => {
  const endpoint = anEndpointId();
  const { useCases, observer, queue, couriers, first, round } = world(endpoint);
  await first();
  queue.set(
    endpoint,
    Array.from({ length: 25 }, () => deliveryTo(endpoint)),
  );
  await round();
  await vi.waitFor(() => {
    expect(useCases.deliverWebhook).toHaveBeenCalledTimes(25);
  }, SOON);
  await couriers.stop();
  expect(observer.webhook.mock.calls).toEqual(Array(25).fill([endpoint, 'delivered']));
});

it('fills the slots of an endpoint, and not those of another one', async () => {
  const [hanging, quick] = [anEndpointId(), anEndpointId()];
  const { useCases, queue, couriers, first, round } = world(hanging, quick);
  await first();
  const gate = Promise.withResolvers<'retried'>();
  useCases.deliverWebhook.mockImplementation(({ endpoint }) =>
    endpoint === hanging ? gate.promise : Promise.resolve('delivered'),
  );
  for (const id of [hanging, quick])
    queue.set(
      id,
      Array.from({ length: 30 }, () => deliveryTo(id)),
    );
  for (let n = 0; n < 3; n++) await round();
  await vi.waitFor(() => {
    expect(queue.get(quick)).toEqual([]);
  }, SOON);
  expect(queue.get(hanging)).toHaveLength(20);
  gate.resolve('retried');
  await couriers.stop();
  expect(queue.get(hanging)).toHaveLength(20);
});

it('goes on after a failure, of the queue and of a delivery alike', async () => {
  const [broken, sound] = [anEndpointId(), anEndpointId()];
  const { useCases, logger, queue, couriers, first, round } = world(broken, sound);
  await first();
  queue.set(sound, [deliveryTo(sound)]);
  useCases.takeWebhooks.mockRejectedValueOnce(new Error('the store is gone'));
  useCases.deliverWebhook.mockRejectedValueOnce(new Error('the store is gone'));
  await round();
  queue.set(broken, [deliveryTo(broken)]);
  await round();
  await couriers.stop();
  expect(useCases.deliverWebhook.mock.calls.map(([{ endpoint }]) => endpoint)).toEqual([sound, broken]);
  expect(logger.lines).toMatchObject([
    {
      message: 'The queue of an endpoint cannot be read. The next round tries again.',
      details: { endpoint: broken },
    },
    { message: 'The queue could not note what became of a webhook.', details: { endpoint: sound } },
  ]);
});

it('tells what waits for each endpoint that is configured, now and then', async () => {
  const [one, other] = [anEndpointId(), anEndpointId()];
  const { useCases, observer, logger, listed, couriers, first, round } = world(one, other);
  await first();
  expect(observer.webhooksWaiting.mock.calls).toEqual([[new Map([one, other].map((id) => [id, idle]))]]);
  listed.endpoints = [{ id: one, types: null }];
  useCases.readWebhookBacklog.mockRejectedValueOnce(new Error('the store is gone'));
  for (let n = 0; n < 20; n++) await round();
  await couriers.stop();
  expect(observer.webhooksWaiting.mock.calls.slice(1)).toEqual([[new Map([[one, idle]])]]);
  expect(logger.lines).toMatchObject([{ message: 'What waits for the endpoints cannot be counted.' }]);
});

it('waits for what is being sent when it stops, and takes no more', async () => {
  const endpoint = anEndpointId();
  const { useCases, queue, couriers, first, round } = world(endpoint);
  await first();
  const gate = Promise.withResolvers<'delivered'>();
  useCases.deliverWebhook.mockReturnValueOnce(gate.promise);
  queue.set(endpoint, [deliveryTo(endpoint)]);
  await round();
  queue.set(endpoint, [deliveryTo(endpoint)]);
  let stopped = false;
  const stopping = couriers.stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  gate.resolve('delivered');
  await stopping;
  expect(queue.get(endpoint)).toHaveLength(1);
});
