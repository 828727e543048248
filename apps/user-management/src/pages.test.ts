import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, startService } from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, register } from './testing/client.ts';
import { blocksIn, NPM, pageOf, Reader } from './testing/reader.ts';

let folder: string;
let reader: Reader;
let service: Service;
/** The tokens of the services that the pages let in. */
const tokens: Record<string, string> = {};

const OPERATE = pageOf('docs/operate.md');
const INTEGRATE = pageOf('docs/integrate.md');
const WEBHOOKS = pageOf('docs/webhooks.md');

/** The commands of a page, without those for a cluster. */
const commandsOf = (text: string) => blocksIn(text, 'sh').filter((block) => !block.startsWith('kubectl'));

const isStart = (block: string) => block.includes('npm start');

/** What the commands after the start print. */
async function follow(blocks: readonly string[], input?: string): Promise<string[]> {
  const said = [];
  for (const block of blocks.filter((each) => !isStart(each))) {
    const here = block
      .replaceAll('localhost:8080', new URL(service.url).host)
      .replaceAll('localhost:8081', new URL(service.internalUrl).host);
    said.push(await reader.run(here, input));
  }
  return said;
}

const like = (...patterns: readonly RegExp[]) =>
  patterns.map((each) => expect.stringMatching(each) as unknown);

/** The names in a JSON value, at each depth. */
const namesIn = (json: string): string[] =>
  [...json.matchAll(/"(\w+)":/g)].map(([, name = '']) => name).sort();

async function letIn(name: string, block: string): Promise<void> {
  tokens[name] = /^svc_\S+$/m.exec(await reader.run(block))?.[0] ?? '';
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
  reader = new Reader(folder, NPM);
  const [support = ''] = commandsOf(OPERATE);
  const [billing = '', list = '', two = ''] = commandsOf(INTEGRATE);
  // One service is enough for the pages that list events, too.
  await letIn('support', support.replace('users:write', 'users:write --scope audit:read'));
  await letIn('billing', billing);
  await reader.run(list);
  await reader.run(two);
  for (const block of commandsOf(WEBHOOKS).filter(isStart)) await reader.run(block);
  const started = readFileSync(join(folder, 'started'), 'utf8').trim().split('\n');
  service = await startService({
    APP_ENV: 'development',
    DATABASE_URL: `sqlite:${join(folder, 'users.db')}`,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: '1',
    ...Object.fromEntries(
      started.map((line) => {
        const [name = '', file = ''] = line.split('=');
        return [name, join(folder, file)];
      }),
    ),
  });
  await reader.run(`INTERNAL_URL=${service.internalUrl}`);
});
afterAll(async () => {
  await service.stop();
  await reader.leave();
  rmSync(folder, { recursive: true });
});

// A busy machine takes a while for thirty programs.
describe('the commands of', { timeout: 120_000 }, () => {
  it('README.md do what it says', async () => {
    const README = pageOf('README.md');
    const [first = '', ...others] = commandsOf(README).filter((block) => block.includes('curl'));
    const [registered = ''] = await follow([first]);
    expect(namesIn(registered)).toEqual(namesIn(blocksIn(README, 'json')[0] ?? ''));
    const reset = others.findIndex((block) => block.includes('CODE='));
    const [ask = '', confirm = ''] = others[reset]?.split('CODE=XXXXX-XXXXX\n') ?? [];
    expect(await follow([...others.slice(0, reset), ask])).toEqual(
      like(
        /^$/,
        /^ETag: "2"\r$.*"email":"ann@example\.com"/ims,
        /"theme":"dark".*{"language":"de"}.*"status":412/s,
        /"refresh_token":"rtk_/,
        /"sessions":.* 204 /s,
        /^{"events":/,
        /"name":"Ann"/,
        / 204 /,
        /^$/,
      ),
    );
    const code = () => /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(service.output())?.[0];
    await expect.poll(code, { timeout: 20_000 }).toBeDefined();
    expect(await follow([`CODE=${code()}\n${confirm}`, ...others.slice(reset + 1)])).toEqual(
      like(/ 204 /, / 204 /),
    );
  });

  it('docs/operate.md do what it says', async () => {
    await register(service, 'ann@example.com');
    writeFileSync(join(folder, 'users.ndjson'), blocksIn(OPERATE, 'json')[0] ?? '');
    expect(await follow(commandsOf(OPERATE), tokens['support'])).toEqual(
      like(
        /^usr_\S+ {2}active .* ann@example\.com$/m,
        /"session_count": 1\b.*is disabled\..*is active\..*has no session\..*is deleted\./s,
        /"plan":"gold".*"plan":"silver".*"challenge"/s,
        /^Users created: 1, unchanged: 1, failed: 0\.$/m,
        /"line":1,"status":"unchanged".*"line":2,"status":"unchanged"/s,
        /^$/,
      ),
    );
    const again = await reader.run('npm run users -- import move.ndjson');
    expect(again).toContain('created: 0, unchanged: 2, failed: 0');
  });

  it('docs/integrate.md do what it says', async () => {
    const { token } = await newUser(service);
    await reader.run(`TOKEN=${token} SERVICE_TOKEN=${tokens['billing']}`);
    const [introspect = '', revoke = '', check = ''] = commandsOf(INTEGRATE).slice(3);
    const [answer = '', ...others] = await follow([introspect, check, revoke, check, introspect]);
    expect(namesIn(answer)).toEqual(namesIn(blocksIn(INTEGRATE, 'json')[1] ?? ''));
    expect(others).toEqual(like(/ 204 .*^X-User-Id: usr_/ms, / 200 /, / 401 /, /^{"active":false}$/));
  });

  it('docs/audit.md and docs/webhooks.md list events', async () => {
    await reader.run(`SERVICE_TOKEN=${tokens['support']}`);
    expect(await follow([pageOf('docs/audit.md'), WEBHOOKS].flatMap(commandsOf))).toEqual(
      like(/^{"events":\[.*\],"next_cursor":null}$/, /^{"events":\[{"id":"evt_/),
    );
  });
});
