import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Entry, entryOf, save } from './history.ts';

const row = (what: string, result: string) => ({ what, result, wanted: '', raw: '' });

function run(path: string, rows: Entry['rows'], changes: Partial<Entry> = {}): string {
  return save(path, { ...entryOf(rows, new Date('2026-01-02')), commit: 'abc1234', ...changes });
}

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, 'bench/history.ndjson');
}

it('keeps each run as a line', () => {
  const path = makePath();
  run(path, [row('reads', '1.00')]);
  run(path, [row('reads', '1.10')]);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { date: '2026-01-02T00:00:00.000Z', commit: 'abc1234', node: process.version },
    { rows: [{ what: 'reads', result: '1.10' }] },
  ]);
});

it('compares each row with the last run that had it', () => {
  const path = makePath();
  expect(run(path, [row('reads', '1.00'), row('start', '400 ms')])).toBe('');
  run(path, [row('start', '500 ms')]);
  expect(run(path, [row('reads', '1.10'), row('start', '300 ms'), row('new', '1')])).toBe(
    'reads: 1.00 → 1.10, +10 % (abc1234, 2026-01-02)\nstart: 500 ms → 300 ms, −40 % (abc1234, 2026-01-02)',
  );
});

it('says when the last run was on another machine', () => {
  const path = makePath();
  run(path, [row('start', '400 ms')], { machine: '64 cores of something' });
  expect(run(path, [row('start', '0.2 s')])).toBe(
    'start: 400 ms → 0.2 s (abc1234, 2026-01-02, on 64 cores of something)',
  );
});
