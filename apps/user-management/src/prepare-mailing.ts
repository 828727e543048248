import { NodeSecrets } from '@user-management/crypto';
import type { Logger } from '@user-management/domain';
import { createMailer } from '@user-management/mail';
import type { Settings } from '@user-management/settings';
import { EX_CONFIG, StartFailure } from './failure.ts';
import { readSecretKey } from './secret-key.ts';

/**
 * What the service needs to send mails, or `undefined` in production without a relay.
 * @throws {StartFailure} when the templates are not valid.
 */
export async function prepareMailing(settings: Settings, logger: Logger) {
  const mailer = await createMailer(settings, logger).catch((error: unknown) => {
    throw new StartFailure(EX_CONFIG, (error as Error).message);
  });
  const secretKey = mailer && (await readSecretKey(settings, new NodeSecrets(), logger));
  if (mailer && secretKey) return { mailer, secretKey };
  logger.warn(
    {},
    'The service sends no mails (SMTP_URL is unset). What needs a code by mail gets 503 mail-not-configured.',
  );
  return undefined;
}
