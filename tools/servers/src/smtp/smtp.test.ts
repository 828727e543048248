import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type SmtpServer, startSmtp } from './smtp.ts';

let server: SmtpServer | undefined;
afterEach(async () => {
  await server?.close();
});

const LINES = [
  'EHLO client',
  'MAIL FROM:<a@example.com>',
  'RCPT TO:<b@example.com>',
  'DATA',
  'Subject: Hello\r\n\r\nText\r\n.',
];

/** Speaks SMTP line by line. @returns the first word of each answer, until the server closes */
async function converse({ url }: SmtpServer): Promise<readonly string[]> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const answers: string[] = [];
  const lines = [...LINES, 'QUIT'];
  socket.on('data', (answer) => {
    answers.push(answer.toString().slice(0, 3));
    const line = lines.shift();
    if (line !== undefined) socket.write(`${line}\r\n`);
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return answers;
}

it('keeps the mails that it confirms', async () => {
  server = await startSmtp();
  expect(await converse(server)).toEqual(['220', '250', '250', '250', '354', '250', '221']);
  expect(server.mails).toMatchObject([{ from: 'a@example.com', to: ['b@example.com'], secure: false }]);
  expect(server.mails[0]?.mail).toMatchObject({ subject: 'Hello', text: 'Text\n' });
});

it('closes at a step, and keeps the mail only if it took the whole', async () => {
  server = await startSmtp();
  void server.breakDown({ at: 'message', does: 'closes' });
  expect(await converse(server)).toEqual(['220', '250', '250', '250', '354']);
  expect(server.mails).toEqual([]);
  void server.breakDown({ at: 'end', does: 'drops' });
  expect(await converse(server)).toEqual(['220', '250', '250', '250', '354']);
  expect(server.mails).toHaveLength(1);
});

it('answers a step with an error, and says when a client met it', async () => {
  server = await startSmtp();
  const met = server.breakDown({ at: 'RCPT', does: '550 5.1.1 no such user' });
  const conversation = converse(server);
  await met;
  server.mend();
  await server.stop();
  expect((await conversation).slice(0, 4)).toEqual(['220', '250', '250', '550']);
});

it('refuses connections while it is stopped, and keeps its port', async () => {
  server = await startSmtp();
  await server.stop();
  expect(await converse(server)).toEqual([]);
  await server.start();
  expect(await converse(server)).toHaveLength(7);
});

it('waits at a step until it is mended', async () => {
  server = await startSmtp();
  const waits = server.breakDown({ at: 'MAIL', does: 'waits' });
  const conversation = converse(server);
  await waits;
  expect(server.mails).toEqual([]);
  server.mend();
  expect(await conversation).toHaveLength(7);
  expect(server.mails).toHaveLength(1);
});
