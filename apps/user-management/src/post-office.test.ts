import { aQueuedMail, RecordingLogger, TestClock } from '@user-management/conformance';
import type { QueuedMail } from '@user-management/domain';
import { expect, it, vi } from 'vitest';
import { openPostOffice } from './post-office.ts';

const now = new TestClock().now();
const idle = { mails: 0, oldestSeconds: 0 };
const readMailBacklog = () => Promise.resolve(idle);
const observer = () => ({ mail: vi.fn(), outbox: vi.fn() });
const mails = (count: number) => Array.from({ length: count }, () => aQueuedMail(now));

/** A pause that ends when the test says so. */
function rounds() {
  let next = Promise.withResolvers<undefined>();
  const begun: (() => void)[] = [];
  return {
    pause: (signal: AbortSignal) => {
      begun.shift()?.();
      const ended = Promise.withResolvers<undefined>();
      signal.addEventListener('abort', () => {
        ended.resolve(undefined);
      });
      return Promise.race([next.promise, ended.promise]);
    },
    /** Starts a round and waits until it is over. */
    run: async () => {
      const over = new Promise<void>((resolve) => begun.push(resolve));
      next.resolve(undefined);
      next = Promise.withResolvers();
      await over;
    },
    over: () => new Promise<void>((resolve) => begun.push(resolve)),
  };
}

it('sends what it takes, and takes no more than it can send at once', async () => {
  const { pause, run, over } = rounds();
  const gate = Promise.withResolvers<undefined>();
  const sent: QueuedMail['id'][] = [];
  const useCases = {
    takeMails: vi.fn((limit: number) => Promise.resolve(mails(Math.min(limit, 15)))),
    sendMail: async ({ id }: QueuedMail) => {
      await gate.promise;
      sent.push(id);
      return 'sent' as const;
    },
    readMailBacklog: () => Promise.resolve({ mails: 20, oldestSeconds: 3 }),
  };
  const told = observer();
  const first = over();
  const office = openPostOffice(useCases, { observer: told, logger: new RecordingLogger(), pause });
  await first;
  await run();
  await run();
  expect(useCases.takeMails.mock.calls).toEqual([[20], [5]]);
  gate.resolve(undefined);
  await office.stop();
  expect(sent).toHaveLength(20);
  expect(told.mail.mock.calls).toEqual(Array(20).fill(['sent']));
  expect(told.outbox).toHaveBeenCalledWith({ mails: 20, oldestSeconds: 3 });
});

it('goes on after a failure, of the outbox and of a mail alike', async () => {
  const { pause, run, over } = rounds();
  const logger = new RecordingLogger();
  const sendMail = vi.fn((mail: QueuedMail) =>
    mail.attempts === 0
      ? Promise.reject(new Error('the store is gone'))
      : Promise.resolve('retried' as const),
  );
  const takeMails = vi
    .fn<(limit: number) => Promise<QueuedMail[]>>()
    .mockRejectedValueOnce(new Error('the store is gone'))
    .mockResolvedValueOnce([aQueuedMail(now), aQueuedMail(now, { attempts: 1 })])
    .mockResolvedValue([]);
  const first = over();
  const office = openPostOffice(
    { takeMails, sendMail, readMailBacklog },
    { observer: observer(), logger, pause },
  );
  await first;
  await run();
  await run();
  await office.stop();
  expect(sendMail).toHaveBeenCalledTimes(2);
  expect(logger.lines.map(({ message }) => message)).toEqual([
    'The outbox cannot be read. The next round tries again.',
    'The outbox could not note what became of a mail.',
  ]);
});

it('waits for what is being sent when it stops, and takes no more', async () => {
  const gate = Promise.withResolvers<undefined>();
  const takeMails = vi.fn(() => Promise.resolve([aQueuedMail(now)]));
  const sendMail = vi.fn(async () => {
    await gate.promise;
    return 'sent' as const;
  });
  const { pause, over } = rounds();
  const first = over();
  const office = openPostOffice(
    { takeMails, sendMail, readMailBacklog },
    { observer: observer(), logger: new RecordingLogger(), pause },
  );
  await first;
  let stopped = false;
  const stopping = office.stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  gate.resolve(undefined);
  await stopping;
  expect(takeMails).toHaveBeenCalledOnce();
});
