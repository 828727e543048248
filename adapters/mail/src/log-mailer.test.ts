import { aMail, describeMailer, MAILER_SETTINGS, RecordingLogger } from '@user-management/conformance';
import { expect, it } from 'vitest';
import { LogMailer } from './log-mailer.ts';
import { Composer } from './message/composer.ts';

const create = () => {
  const logger = new RecordingLogger();
  return { logger, mailer: new LogMailer({ composer: new Composer(MAILER_SETTINGS), logger }) };
};

describeMailer(
  'LogMailer',
  () => {
    const { logger, mailer } = create();
    return { mailer, delivered: () => logger.lines.map(toDelivered) };
  },
  { relay: false },
);

/** Reads a line of the log as a person does. */
function toDelivered({ details, message }: RecordingLogger['lines'][number]) {
  const [, to = '', subject = '', text = ''] =
    /^This mail would go to (.+):\n\nSubject: (.+)\n\n([^]*)$/.exec(message) ?? [];
  return { to: [to], messageId: (details as { message_id: string }).message_id, subject, text };
}

it('logs at the level that development shows', async () => {
  const { logger, mailer } = create();
  await mailer.send(aMail());
  expect(logger.lines).toMatchObject([{ level: 'info', details: { kind: 'password-reset' } }]);
});
