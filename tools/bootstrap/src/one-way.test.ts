import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Linter } from 'eslint';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneWay } from './one-way.mjs';

describe('imports between rooms', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rooms-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const given = (files: Record<string, string>): void => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'src', file)), { recursive: true });
      writeFileSync(join(folder, 'src', file), text);
    }
  };
  const faults = (file: string, text: string): string[] => {
    const linter = new Linter({ cwd: folder });
    const config = {
      files: ['**/*.ts'],
      plugins: { rooms: { rules: { oneWay } } },
      rules: { 'rooms/oneWay': 2 },
    };
    return linter
      .verify(text, config as Linter.Config, join(folder, 'src', file))
      .map(({ message }) => message);
  };
  const circle = (way: string): string[] => [
    `Imports between the rooms of a package go one way. This one closes a circle: ${way}.`,
  ];

  it.each([
    ['an import', "import { a } from '../stores/a.ts';"],
    ['a re-export', "export { a } from '../stores/a.ts';"],
    ['an import on demand', "await import('../stores/a.ts');"],
  ])('are refused when %s closes a circle of two', (_, text) => {
    given({ 'stores/a.ts': "import '../topology/b.ts';" });
    expect(faults('topology/c.ts', text)).toEqual(circle('topology → stores → topology'));
  });

  it('are refused when a circle includes a third room or a file beside the rooms', () => {
    given({ 'stores/a.ts': "import '../keys.ts';", 'keys.ts': "import type { A } from './topology/b.ts';" });
    const text = "import '../stores/a.ts';";
    expect(faults('topology/c.ts', text)).toEqual(circle('topology → stores → keys.ts → topology'));
  });

  it('are also refused between the files of a room', () => {
    given({ 'stores/a.ts': "import './b.ts';" });
    expect(faults('stores/b.ts', "import './a.ts';")).toEqual(circle('b.ts → a.ts → b.ts'));
  });

  it('are allowed in one direction, and to other packages', () => {
    given({ 'stores/a.ts': "import '../topology/b.ts';" });
    expect(faults('stores/d.ts', "import '../topology/c.ts'; import 'node:fs';")).toEqual([]);
  });

  it('are allowed in any direction for tests, because no file imports a test', () => {
    given({
      'stores/a.ts': "import '../topology/b.ts';",
      'topology/testing/t.ts': "import '../../stores/a.ts';",
    });
    expect(faults('topology/c.test.ts', "import '../stores/a.ts';")).toEqual([]);
    expect(faults('stores/d.ts', "import '../topology/b.ts';")).toEqual([]);
  });
});
