import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeServiceTokens, RecordingLogger } from '@user-management/conformance';
import { type ServiceEntry, toRfc3339 } from '@user-management/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileProblem, FileServiceTokens } from './index.ts';

const DIGEST = 'a'.repeat(64);

let folder: string;
let path: string;
let logger: RecordingLogger;
let outcomes: string[];

const write = (list: unknown) => writeFile(path, typeof list === 'string' ? list : JSON.stringify(list));

async function open(list: unknown): Promise<FileServiceTokens> {
  await write(list);
  const observer = { file: (variable: string, outcome: string) => outcomes.push(`${variable} ${outcome}`) };
  return FileServiceTokens.open(path, { observer, logger });
}

const written = ({ name, digest: sha256, scopes, notAfter }: ServiceEntry) => ({
  name,
  sha256,
  scopes,
  ...(notAfter !== null && { not_after: toRfc3339(notAfter) }),
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  path = join(folder, 'tokens.json');
  logger = new RecordingLogger();
  outcomes = [];
});
afterEach(() => rm(folder, { recursive: true }));

describeServiceTokens('FileServiceTokens', async () => {
  const services = await open([]);
  const replace = async (entries: readonly ServiceEntry[]) => {
    await write(entries.map(written));
    await services.file.look();
  };
  return { services, replace, dispose: () => services.file.stop() };
});

const unexpected = () => new Error('The list was accepted.');

const entry = { name: 'billing', sha256: DIGEST, scopes: ['introspect'] };

describe('a list that is refused', () => {
  const lines = (...all: string[]) => all.join('\n');
  const ENTRY = `{"name": "billing", "sha256": "${DIGEST}", "scopes": ["introspect"]}`;

  it.each([
    ['is no JSON', lines('[', ENTRY, ',,', ']'), ['Line 3 is not valid JSON.']],
    ['is empty', '', ['Line 1 is not valid JSON.']],
    ['has a comment', lines('[', '// billing', `${ENTRY}]`), ['Line 2 is not valid JSON.']],
    ['is no list', '{}', ['Line 1: the value must be a list.']],
    ['has an entry that is no object', lines('[', '7', ']'), ['Line 2: the value must be an object.']],
    [
      'has faults in several lines',
      lines(
        '[{',
        '"name": "Billing",',
        '"sha256": "secret",',
        '"scopes": ["all"], "not_after": "2027"',
        '}]',
      ),
      [
        'Line 2: name must be 1 to 64 lower-case letters',
        'Line 3: sha256 must be a SHA-256 in hex.',
        'Line 4: scopes must be a list of at least one of introspect, users:read, users:write, audit:read.',
        'Line 4: not_after must be a time such as 2027-01-01T00:00:00Z.',
      ],
    ],
    [
      'lacks a member',
      lines('[', `{"name": "billing", "scopes": ["introspect"]}]`),
      ['Line 2: sha256 must be'],
    ],
    [
      'has a typo',
      lines('[{', `"scope": [],`, ENTRY.slice(1), ']'),
      ['Line 2: scope is not a known member.'],
    ],
    ['has one digest twice', lines('[', `${ENTRY},`, `${ENTRY}]`), ['Line 3: sha256 must not be that of']],
  ])('%s, and the message has the line and no value', async (_, text, sentences) => {
    const { message } = await open(text).then(unexpected, (error: unknown) => error as Error);
    expect(message).toMatch(`SERVICE_TOKENS_FILE is "${path}", which is refused. Line`);
    for (const sentence of sentences) expect(message).toContain(sentence);
    expect(message).not.toMatch(/secret|aaaa|Billing|"all"/);
  });

  it.each([
    ['does not exist', () => rm(path), 'It cannot be read (ENOENT).'],
    ['is a folder', () => rm(path).then(() => mkdir(path)), 'It cannot be read (EISDIR).'],
    ['is too long', () => write(' '.repeat(2 ** 20 + 1)), 'It is longer than 1 MiB.'],
    ['has too many brackets', () => write('['.repeat(2 ** 19)), 'It has too many levels of brackets.'],
    ['is not UTF-8', () => writeFile(path, Buffer.from([0xff])), 'It is not UTF-8.'],
  ])('keeps the one before when the file %s', async (_, spoil, problem) => {
    const services = await open([entry]);
    await spoil();
    await services.file.look();
    services.file.stop();
    expect(services.entries()).toHaveLength(1);
    expect(services.file.state.problem).toBe(
      `SERVICE_TOKENS_FILE is "${path}", which is refused. ${problem}`,
    );
  });

  it('is an error of its own kind at the start', async () => {
    await expect(open('[')).rejects.toBeInstanceOf(FileProblem);
  });
});

describe('a list that changes', () => {
  it('is reported once when it is refused, and once when it is in force again', async () => {
    const services = await open([entry]);
    services.file.stop();
    expect(outcomes).toEqual(['SERVICE_TOKENS_FILE in-force']);
    await write('[');
    await services.file.look();
    await services.file.look();
    expect(services.file.state.problem).toContain('Line 1 is not valid JSON.');
    await write([entry]);
    await services.file.look();
    await services.file.look();
    expect(services.file.state).toEqual({ variable: 'SERVICE_TOKENS_FILE', problem: null });
    expect(outcomes.slice(1)).toEqual(['SERVICE_TOKENS_FILE refused', 'SERVICE_TOKENS_FILE in-force']);
    expect(logger.lines.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('is found by itself when a symlink leads to another folder, as in a Kubernetes Secret', async () => {
    const versions = ['1', '2'].map((name) => join(folder, name));
    for (const [i, version] of versions.entries()) {
      await mkdir(version);
      const listed = { ...entry, name: `version-${i + 1}` };
      await writeFile(join(version, 'tokens.json'), JSON.stringify([listed]));
    }
    await symlink('1', join(folder, '..data'));
    await symlink('..data/tokens.json', path);
    const observer = { file: () => undefined };
    const services = await FileServiceTokens.open(path, { observer, logger });
    await symlink('2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await expect.poll(() => services.entries()[0]?.name, { timeout: 15_000 }).toBe('version-2');
    services.file.stop();
  });
});
