import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIL_KINDS } from '@user-management/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidTemplates } from './invalid-templates.ts';
import { readTemplates } from './read-templates.ts';
import { render } from './template.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, content: string | Buffer): void => {
  writeFileSync(join(folder, name), content);
};

function problemsOf(linked: Parameters<typeof readTemplates>[0]['linked'] = []): readonly string[] {
  try {
    readTemplates({ folder, linked });
  } catch (error) {
    if (error instanceof InvalidTemplates) return error.problems;
    throw error;
  }
  return [];
}

const subjectOf = (kind: 'registration' | 'new-device'): string | undefined => {
  const template = readTemplates({ folder, linked: [] }).get(kind);
  return template && render(template.subject, { service: 'Example' }, (value) => value);
};

describe('the built-in templates', () => {
  it('are valid, with and without links', () => {
    expect([...readTemplates({ linked: [] }).keys()].toSorted()).toEqual(MAIL_KINDS.toSorted());
    expect(readTemplates({ linked: ['password-reset', 'email-changed'] }).size).toBe(MAIL_KINDS.length);
  });

  it('are one text file and one HTML file for each kind', () => {
    const names = readdirSync(new URL('../../templates', import.meta.url));
    expect(names.toSorted()).toEqual(
      MAIL_KINDS.flatMap((kind) => [`${kind}.html`, `${kind}.txt`]).toSorted(),
    );
  });
});

describe('a folder with templates', () => {
  it('replaces those of the same name, and no others', () => {
    write('registration.txt', 'Welcome to {{service}}\r\n\r\n{{code}}\r\n');
    expect(subjectOf('registration')).toBe('Welcome to Example');
    expect(subjectOf('new-device')).toBe('Example: a login from a new device');
  });

  it('is one as Kubernetes mounts it: links into a hidden folder', () => {
    mkdirSync(join(folder, '..2026_01_31'));
    writeFileSync(join(folder, '..2026_01_31', 'registration.txt'), '\uFEFFWelcome\n\n{{code}}\n');
    symlinkSync('..2026_01_31', join(folder, '..data'));
    symlinkSync('..data/registration.txt', join(folder, 'registration.txt'));
    expect(subjectOf('registration')).toBe('Welcome');
  });

  it('has all its problems in one message', () => {
    write('registration.txt', 'Your code is {{code}}\nHello\n{{link}}\n');
    write('password-reset.html', '<p>{{code}}</p>');
    write('email-changed.html', '<p>{{code}}{{link}}</p>');
    write('new-device.txt', '\n\n');
    write('new-device.html', Buffer.from([0xff, 0xfe]));
    write('password-changed.html', ' '.repeat(65_537));
    mkdirSync(join(folder, 'password-changed.txt'));
    write('regsitration.html', '');
    write('README.md', '');
    expect(problemsOf(['password-reset'])).toEqual([
      `${folder}/registration.txt has {{code}} in its subject, which other people may see.`,
      `${folder}/registration.txt has no empty line after its subject.`,
      expect.stringContaining('registration.txt has the unknown placeholder {{link}}. It may have'),
      `${folder}/registration.txt has no {{code}}, which it must have.`,
      `${folder}/email-changed.html has no {{challenge}}, which it must have.`,
      `${folder}/password-reset.html has no {{link}}, which it must have.`,
      `${folder}/password-changed.txt cannot be read (EISDIR).`,
      `${folder}/password-changed.html is longer than 64 KiB.`,
      `${folder}/new-device.txt has no subject in its first line.`,
      `${folder}/new-device.html is not in UTF-8.`,
      expect.stringMatching(
        `^${folder} has files that replace no template: README.md, regsitration.html. The names are`,
      ),
    ]);
  });

  it('must exist', () => {
    rmSync(folder, { recursive: true });
    expect(problemsOf()).toEqual([`${folder} cannot be read (ENOENT). It must be a folder.`]);
    mkdirSync(folder);
  });

  it('does not reveal more than the path of a file', () => {
    write('registration.txt', 'Subject\n\nprivate words {{nobody}}');
    expect(problemsOf().join()).not.toContain('private words');
  });
});
