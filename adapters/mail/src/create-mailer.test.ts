import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RecordingLogger } from '@user-management/conformance';
import { expect, it } from 'vitest';
import { createMailer, InvalidTemplates, LogMailer } from './index.ts';
import { SmtpMailer } from './smtp/smtp-mailer.ts';

const logger = new RecordingLogger();
const mail = { serviceName: 'Example', links: {} };
const smtp = {
  url: { reveal: () => 'smtp://mail.example' },
  from: { address: 'no-reply@example.com' },
};

it('sends mails through the relay, in every environment', async () => {
  for (const appEnv of ['development', 'production'] as const) {
    expect(await createMailer({ appEnv, mail: { ...mail, smtp } }, logger)).toBeInstanceOf(SmtpMailer);
  }
});

it('shows mails in the log without a relay, in development only', async () => {
  expect(await createMailer({ appEnv: 'development', mail }, logger)).toBeInstanceOf(LogMailer);
  expect(await createMailer({ appEnv: 'production', mail }, logger)).toBeUndefined();
});

it('refuses invalid templates before the first mail', async () => {
  const options = { appEnv: 'production', mail: { ...mail, templatesDir: '/nowhere' } } as const;
  await expect(createMailer(options, logger)).rejects.toThrow(InvalidTemplates);
});

it.each([
  ['without', './index.ts', 'false'],
  ['with', './smtp/smtp-mailer.ts', 'true'],
])('loads the client for SMTP only on demand: %s it', async (_, file, expected) => {
  const url = import.meta.resolve(file);
  const program = `
    const loaded = [];
    const resolve = (name, context, next) => loaded[loaded.push(next(name, context)) - 1];
    require('node:module').registerHooks({ resolve });
    import('${url}').then(() => console.log(loaded.some(({ url }) => url.includes('nodemailer'))))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program]);
  expect(stdout.trim()).toBe(expected);
});
