import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.mjs';

describe('temporaryFolder', () => {
  let memory: string;
  beforeEach(() => (memory = mkdtempSync(join(tmpdir(), 'memory-'))));
  afterEach(() => rmSync(memory, { recursive: true }));

  it('is in memory where there is room, and leaves nothing there', () => {
    expect(temporaryFolder({}, memory, 1)).toBe(memory);
    expect(readdirSync(memory)).toEqual([]);
  });

  it('is the usual one where memory has too little room', () => {
    expect(temporaryFolder({}, memory, Infinity)).toBe(tmpdir());
  });

  it.each(['/nowhere', '/proc'])('is the usual one where memory takes no files: %s', (folder) => {
    expect(temporaryFolder({}, folder, 0)).toBe(tmpdir());
  });

  it('is the one that the environment names', () => {
    expect(temporaryFolder({ TMPDIR: tmpdir() }, memory, 1)).toBe(tmpdir());
  });
});
