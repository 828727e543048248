import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOutcome } from './outcome.mjs';
import { ROOT } from './root.mjs';

describe('readOutcome', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'outcome-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes a report with one file for each list of statuses. */
  const report = (...files: string[][]): string => {
    const testResults = files.map((statuses) => ({
      name: join(ROOT, 'a.test.ts'),
      status: statuses.length > 0 && statuses.every((status) => status === 'passed') ? 'passed' : 'failed',
      assertionResults: statuses.map((status, n) => ({ status, fullName: `test ${n}` })),
    }));
    writeFileSync(join(folder, 'report.json'), JSON.stringify({ testResults }));
    return join(folder, 'report.json');
  };

  it('counts tests over all files, and the checks as one', () => {
    expect(readOutcome(true, report(['passed', 'passed'], ['passed']), true)).toEqual({
      passed: 4,
      failed: 0,
      names: [],
    });
    expect(readOutcome(false, report(['passed', 'failed'], ['passed']), false)).toEqual({
      passed: 2,
      failed: 2,
      names: ['a.test.ts: test 1', 'types, lint or format'],
    });
  });

  it('counts a skipped test as failed', () => {
    expect(readOutcome(true, report(['passed', 'skipped']), true)).toMatchObject({ passed: 2, failed: 1 });
  });

  it('counts a file that cannot be loaded as a failure', () => {
    expect(readOutcome(true, report(['passed'], []), false)).toEqual({
      passed: 2,
      failed: 1,
      names: ['a.test.ts, outside of its tests'],
    });
  });

  it('names a file that cannot be loaded beside a failed test', () => {
    expect(readOutcome(true, report(['failed'], []), false)).toMatchObject({
      failed: 2,
      names: ['a.test.ts: test 0', 'a.test.ts, outside of its tests'],
    });
  });

  it('counts an error outside of all files as a failure', () => {
    expect(readOutcome(true, report(['passed']), false)).toMatchObject({
      failed: 1,
      names: ['vitest, without a failed test'],
    });
  });

  it('counts a run without a report as a failure', () => {
    expect(readOutcome(true, join(folder, 'report.json'), false)).toMatchObject({ passed: 1, failed: 1 });
  });
});
