import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { aMail, describeMailer, MAIL_KINDS, MAILER_SETTINGS } from '@user-management/conformance';
import { DependencyUnavailable, type Email, type Mail } from '@user-management/domain';
import { makeCertificates, type SmtpFault, type SmtpServer, startSmtp } from '@user-management/servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Composer } from '../message/composer.ts';
import { SmtpMailer, type SmtpOptions } from './smtp-mailer.ts';

const FROM = { name: 'Example', address: 'no-reply@example.com' };
/** For relays that hang. */
const QUICK = { setUp: 300, silence: 300, mail: 1_000 };
/** For relays that answer, also on a busy machine. */
const PATIENT = { setUp: 15_000, silence: 15_000, mail: 15_000 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Starts a server that ends with the test. */
async function start(...options: Parameters<typeof startSmtp>): Promise<SmtpServer> {
  const server = await startSmtp(...options);
  ends.push(() => server.close());
  return server;
}

function mailerOf(url: string, options: Partial<SmtpOptions> = {}): SmtpMailer {
  const composer = new Composer(MAILER_SETTINGS);
  const mailer = new SmtpMailer({
    url: { reveal: () => url },
    from: FROM,
    composer,
    limits: PATIENT,
    ...options,
  });
  ends.push(() => mailer.stop(0));
  return mailer;
}

const withUser = (url: string, user: string, password: string): string =>
  url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);

/** Another name of this machine, which neither certificates nor the mailer know. */
const elsewhere = (url: string): string => url.replace('127.0.0.1', '0.0.0.0');

describeMailer(
  'SmtpMailer',
  async () => {
    const server = await start();
    return {
      mailer: mailerOf(server.url),
      delivered: () =>
        server.mails.map(({ to, mail: { messageId = '', subject = '', text = '' } }) => ({
          to,
          messageId,
          subject,
          text,
        })),
      relay: { lose: () => server.stop(), restore: () => server.start() },
    };
  },
  { relay: true },
);

/** The cause of the failure, which is what the log shows. */
async function failureOf(sending: Promise<void>): Promise<string> {
  const error: unknown = await sending.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DependencyUnavailable);
  const { cause } = error as DependencyUnavailable;
  return cause instanceof Error ? cause.message : inspect(cause);
}

describe('a message', () => {
  it('has the headers of an automatic mail, and a text and an HTML part', async () => {
    const server = await start();
    const mail = aMail('password-reset');
    await mailerOf(server.url).send(mail);
    const [{ from, raw, mail: parsed } = {}] = server.mails;
    expect(from).toBe('no-reply@example.com');
    expect(parsed?.from?.text).toBe('"Example" <no-reply@example.com>');
    expect(parsed?.date).toEqual(new Date(mail.occurredAt));
    expect(parsed?.messageId).toBe(`<${mail.messageId}@example.com>`);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(raw).not.toMatch(/^(?:List-|X-Mailer|Bcc)/im);
    expect(parsed?.html).toContain('<html lang="en">');
  });

  it('is the same each time, but for the boundaries of its parts', async () => {
    const server = await start();
    const mailer = mailerOf(server.url);
    const mail = aMail('email-changed');
    await mailer.send(mail);
    await mailer.send(mail);
    const [first, second] = server.mails.map(({ raw }) => raw.replaceAll(/--_NmP-[^\s"]+/g, 'BOUNDARY'));
    expect(second).toBe(first);
  });

  it('carries names, services and addresses of any script', async () => {
    const server = await start();
    const composer = new Composer({ ...MAILER_SETTINGS, serviceName: 'Zoë & Söhne <Ltd>' });
    const from = { name: 'Zoë, "Söhne"', address: 'post@müller.example' };
    const mail = aMail('password-reset', {
      to: 'jürgen@bücher.example' as Email,
      name: 'Ζωή 👩‍🚀' as Mail['name'],
    });
    await mailerOf(server.url, { composer, from }).send(mail);
    const [{ to, raw, mail: parsed } = {}] = server.mails;
    expect(raw).toContain('<post@xn--mller-kva.example>\r\n');
    expect(to).toEqual(['jürgen@bücher.example']);
    expect(parsed?.from?.value).toMatchObject([{ name: 'Zoë, "Söhne"' }]);
    expect(parsed?.messageId).toBe(`<${mail.messageId}@xn--mller-kva.example>`);
    expect(parsed?.subject).toBe('Reset your password for Zoë & Söhne <Ltd>');
    expect(parsed?.text).toContain('Hello Ζωή 👩‍🚀,');
    expect(parsed?.html).toContain('Zoë &amp; Söhne &lt;Ltd&gt;');
  });

  it.each([
    ['the name', { name: 'Ann\r\nBcc: eve@evil.example\r\n\r\n<script>' as Mail['name'] }, {}],
    ['the address', { to: 'ann@example.com, eve@evil.example' as Email }, {}],
    ['the name of the service', {}, { serviceName: 'Ex\r\nBcc: eve@evil.example' }],
  ])('gets no other header and no other recipient from %s', async (_, members, options) => {
    const server = await start();
    const composer = new Composer({ ...MAILER_SETTINGS, ...options });
    await mailerOf(server.url, { composer })
      .send(aMail('password-reset', members))
      .catch(() => 'the server may refuse the address');
    for (const { to, raw, mail } of server.mails) {
      expect(to).toHaveLength(1);
      expect(to).not.toContain('eve@evil.example');
      expect(mail.bcc).toBeUndefined();
      expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
    }
  });

  it('refuses an address with a line break, before the relay sees it', async () => {
    const server = await start();
    const mail = aMail('password-reset', { to: 'ann@example.com>\r\nRCPT TO:<eve@evil.example' as Email });
    await expect(mailerOf(server.url).send(mail)).rejects.toThrow();
    expect(server.mails).toEqual([]);
  });
});

const MODES = ['implicit', 'starttls'] as const;

describe('TLS and passwords', () => {
  let certificates: Awaited<ReturnType<typeof makeCertificates>>;
  const trusted = getCACertificates('default');
  beforeAll(async () => {
    certificates = await makeCertificates();
    setDefaultCACertificates([...trusted, certificates.ca]);
  });
  afterAll(() => {
    setDefaultCACertificates(trusted);
  });

  it.each(MODES)('uses TLS (%s) and logs in', async (mode) => {
    const user = { name: 'service@example.com', password: 'p/ss: wörd' };
    const server = await start({ tls: { mode, certificates }, user });
    await mailerOf(withUser(server.url, user.name, user.password)).send(aMail());
    expect(server.mails).toMatchObject([{ secure: true, user: 'service@example.com' }]);
  });

  it.each(['implicit', 'starttls'] as const)(
    'sends nothing to a server without a trusted certificate (%s)',
    async (mode) => {
      const others = await makeCertificates();
      const server = await start({ tls: { mode, certificates: others } });
      const failure = await failureOf(mailerOf(server.url).send(aMail()));
      expect(failure).toMatch(/while connecting.*(?:UNABLE_TO_VERIFY|SELF_SIGNED)/);
      expect(server.mails).toEqual([]);
    },
  );

  it('sends nothing to a server whose certificate has another name', async () => {
    const server = await start({ tls: { mode: 'implicit', certificates } });
    const failure = await failureOf(mailerOf(elsewhere(server.url)).send(aMail()));
    expect(failure).toMatch(/while connecting.*ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(server.mails).toEqual([]);
  });

  it('needs TLS for a password, except on its own machine, and for nothing else', async () => {
    const open = await start();
    await mailerOf(elsewhere(open.url)).send(aMail());
    expect(open.mails).toMatchObject([{ secure: false }]);
    const server = await start({ user: { name: 'service', password: 'hunter2' } });
    const url = withUser(server.url, 'service', 'hunter2');
    await mailerOf(url).send(aMail());
    expect(server.mails).toMatchObject([{ secure: false, user: 'service' }]);
    expect(await failureOf(mailerOf(elsewhere(url)).send(aMail()))).toMatch(/^The relay offers no TLS/);
    expect(server.mails).toHaveLength(1);
  });

  it('reads the URL again for each mail, so a new password needs no restart', async () => {
    const server = await start({ user: { name: 'service', password: 'second' } });
    let password = 'first';
    const mailer = mailerOf('', { url: { reveal: () => withUser(server.url, 'service', password) } });
    expect(await failureOf(mailer.send(aMail()))).toBe(
      'The relay does not accept the user and the password (while logging in, AUTH, 535).',
    );
    password = 'second';
    await mailer.send(aMail());
    expect(server.mails).toHaveLength(1);
  });
});

const STEPS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'message', 'end'] as const;

describe('a relay with faults', () => {
  const faults: SmtpFault[] = STEPS.flatMap((at) => [
    { at, does: 'hangs' },
    { at, does: 'closes' },
    { at, does: '451 4.3.0 Ann <ann@example.com> 7K3QM-00000 try later' },
    { at, does: '554 5.7.1 Ann <ann@example.com> 7K3QM-00000 refused' },
  ]);

  it.each(faults)('throws and delivers nothing when the relay $does at $at, then delivers', async (fault) => {
    const server = await start();
    const mail = aMail();
    void server.breakDown(fault);
    const limits = fault.does === 'hangs' ? QUICK : PATIENT;
    const failure = await failureOf(mailerOf(server.url, { limits }).send(mail));
    expect(failure).not.toMatch(/7K3QM|@|try later/);
    expect(server.mails).toEqual([]);
    server.mend();
    await mailerOf(server.url).send(mail);
    expect(server.mails).toMatchObject([{ to: [mail.to] }]);
  });

  it.each([
    'hangs',
    'closes',
    '454 4.7.0 hunter2 later',
    `535 5.7.8 ${Buffer.from('\0service\0hunter2').toString('base64')} hunter2`,
  ] as const)('shows no password when the relay %s at the login', async (does) => {
    const server = await start({ user: { name: 'service', password: 'hunter2' } });
    const url = withUser(server.url, 'service', 'hunter2');
    void server.breakDown({ at: 'AUTH', does });
    const limits = does === 'hangs' ? { ...PATIENT, silence: QUICK.silence } : PATIENT;
    const error: unknown = await mailerOf(url, { limits })
      .send(aMail())
      .catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 10, showHidden: true })).toContain('while logging in');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hunter2|c2VydmljZQ|AHNlcnZpY2U/);
    server.mend();
    await mailerOf(url).send(aMail());
    expect(server.mails).toHaveLength(1);
  });

  it('repeats the Message-ID when the relay took the mail and its answer was lost', async () => {
    const server = await start();
    const mailer = mailerOf(server.url);
    const mail = aMail();
    void server.breakDown({ at: 'end', does: 'drops' });
    await failureOf(mailer.send(mail));
    server.mend();
    await mailer.send(mail);
    const ids = server.mails.map(({ mail: { messageId } }) => messageId);
    expect(ids).toEqual([`<${mail.messageId}@example.com>`, `<${mail.messageId}@example.com>`]);
  });

  it.each(['greeting', 'EHLO', 'RCPT', 'end'] as const)(
    'gives up a relay whose answer never ends (%s)',
    async (at) => {
      const server = await start();
      void server.breakDown({ at, does: 'trickles' });
      const started = performance.now();
      await failureOf(mailerOf(server.url, { limits: QUICK }).send(aMail()));
      expect(performance.now() - started).toBeLessThan(QUICK.mail * 5);
    },
  );

  it('says which step failed, and with which codes', async () => {
    const server = await start();
    void server.breakDown({ at: 'RCPT', does: '550 5.1.1 <ann@example.com> is unknown' });
    expect(await failureOf(mailerOf(server.url).send(aMail()))).toBe(
      'The relay refused the mail (while sending, RCPT TO, 550 5.1.1).',
    );
    expect(await failureOf(mailerOf('smtp://127.0.0.1:1').send(aMail()))).toBe(
      'The connection to the relay failed (while connecting, ECONNREFUSED).',
    );
    expect(await failureOf(mailerOf('smtp://relay.invalid').send(aMail()))).toMatch(
      /^The name of the relay cannot be resolved \(while connecting/,
    );
  });

  it('gives up a machine that does not answer the connection', async () => {
    const { port, end } = await machineThatHangs();
    ends.push(end);
    expect(await failureOf(mailerOf(`smtp://127.0.0.1:${port}`, { limits: QUICK }).send(aMail()))).toBe(
      'The relay did not answer in time (while connecting).',
    );
  });

  it('delivers other mails while one hangs', async () => {
    const server = await start();
    const mailer = mailerOf(server.url);
    const met = server.breakDown({ at: 'greeting', does: 'hangs' });
    const failing = failureOf(mailer.send(aMail()));
    await met;
    server.mend();
    await mailer.send(aMail());
    expect(server.mails).toHaveLength(1);
    await mailer.stop(0);
    expect(await failing).toContain('while connecting');
  });
});

describe('a relay that takes commands in a batch', () => {
  it('delivers, and throws when the recipient is refused', async () => {
    const server = await start({ pipelining: true });
    const mailer = mailerOf(server.url);
    await mailer.send(aMail());
    await expect(mailer.send(aMail('new-device', { to: 'no-address' as Email }))).rejects.toThrow(
      DependencyUnavailable,
    );
    expect(server.mails).toHaveLength(1);
  });
});

describe('stop', () => {
  it('lets a mail in flight finish', async () => {
    const server = await start();
    const mailer = mailerOf(server.url);
    const sending = mailer.send(aMail());
    await mailer.stop(10_000);
    await sending;
    expect(server.mails).toHaveLength(1);
  });

  it('gives up a mail that hangs, and takes no other one', async () => {
    const server = await start();
    const mailer = mailerOf(server.url);
    void server.breakDown({ at: 'end', does: 'hangs' });
    const failing = failureOf(mailer.send(aMail()));
    await mailer.stop(50);
    expect(await failing).toMatch(/^The delivery was given up/);
    server.mend();
    await expect(mailer.send(aMail())).rejects.toThrow(DependencyUnavailable);
  });
});

it('leaves no connection open', async () => {
  const server = await start();
  const mailer = mailerOf(server.url);
  await Promise.all(MAIL_KINDS.map((kind) => mailer.send(aMail(kind))));
  void server.breakDown({ at: 'RCPT', does: '550 5.1.1 unknown' });
  await failureOf(mailer.send(aMail()));
  await expect.poll(() => server.connections).toBe(0);
});

/** A process that listens and is stopped. Linux answers no more connections when its queue is full. */
async function machineThatHangs(): Promise<{ port: number; end: () => void }> {
  const code = `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
    () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  for (let n = 0; n < 8; n++) fillers.push(connect(port, '127.0.0.1').on('error', () => undefined));
  const end = (): void => {
    for (const socket of fillers) socket.destroy();
    child.kill('SIGKILL');
  };
  return { port, end };
}
