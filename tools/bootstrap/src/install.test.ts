import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInstalled } from './install.mjs';
import { ROOT } from './root.mjs';

const NODE = { version: '24.0.0', integrity: 'sha512-node' };

describe('isInstalled', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'install-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const given = (wanted: object, installed?: object): void => {
    write('package-lock.json', JSON.stringify({ packages: { '': { version: '1.0.0' }, ...wanted } }));
    if (!installed) return;
    write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
    write('node_modules/node/bin/node', '');
  };

  it('is true for this workspace', () => {
    expect(isInstalled(ROOT)).toBe(true);
  });

  it('is true when every package has the wanted version', () => {
    given({ 'node_modules/node': NODE }, { 'node_modules/node': NODE });
    expect(isInstalled(root)).toBe(true);
  });

  it('is false for a fresh clone', () => {
    given({ 'node_modules/node': NODE });
    expect(isInstalled(root)).toBe(false);
  });

  it.each([
    ['another version', { ...NODE, version: '24.1.0' }],
    ['other content', { ...NODE, integrity: 'sha512-other' }],
  ])('is false when a package has %s', (_, wanted) => {
    given({ 'node_modules/node': wanted }, { 'node_modules/node': NODE });
    expect(isInstalled(root)).toBe(false);
  });

  it('is false when a package is missing, unless it is for other platforms', () => {
    given(
      { 'node_modules/node': NODE, 'node_modules/pg': { version: '1.0.0' } },
      { 'node_modules/node': NODE },
    );
    expect(isInstalled(root)).toBe(false);
    given(
      { 'node_modules/node': NODE, 'node_modules/fsevents': { version: '1.0.0', optional: true } },
      { 'node_modules/node': NODE },
    );
    expect(isInstalled(root)).toBe(true);
  });

  it('is false when a folder was deleted after the installation', () => {
    const nested = 'adapters/memory/node_modules/lru-cache';
    const both = { 'node_modules/node': NODE, [nested]: NODE };
    given(both, both);
    write(`${nested}/package.json`, '{}');
    expect(isInstalled(root)).toBe(true);
    rmSync(join(root, 'adapters/memory/node_modules'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });

  it('is false when the Node that runs TypeScript was not set up', () => {
    given({ 'node_modules/node': NODE }, { 'node_modules/node': NODE });
    rmSync(join(root, 'node_modules/node/bin/node'));
    expect(isInstalled(root)).toBe(false);
  });
});
