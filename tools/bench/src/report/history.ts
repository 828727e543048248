import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import type { Row } from './table.ts';

/** One run of the benchmark, a line of the history. */
export interface Entry {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly rows: readonly Row[];
}

export const machine = (): string =>
  `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}`;

export const entryOf = (rows: readonly Row[], now: Date): Entry => ({
  date: now.toISOString(),
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
  machine: machine(),
  node: process.version,
  rows,
});

/** Appends the run to the file. @returns how its rows differ from the last run that had them */
export function save(path: string, entry: Entry): string {
  const entries = readEntries(path);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
  return entry.rows.flatMap((row) => changeOf(row, entry, entries)).join('\n');
}

function readEntries(path: string): Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
}

function changeOf(row: Row, { machine }: Entry, entries: readonly Entry[]): string[] {
  const last = entries.findLast(({ rows }) => rows.some(({ what }) => what === row.what));
  const before = last?.rows.find(({ what }) => what === row.what);
  if (!last || !before) return [];
  const other = last.machine === machine ? '' : `, on ${last.machine}`;
  const source = `${last.commit}, ${last.date.slice(0, 10)}${other}`;
  return [`${row.what}: ${before.result} → ${row.result}${percent(before, row)} (${source})`];
}

/** Only of figures with the same unit: `311 µs`, `1.08`. */
function percent(before: Row, after: Row): string {
  const [was, is] = [before, after].map(({ result }) => /^([\d.]+)(.*)$/.exec(result.replaceAll(',', '')));
  if (!was || !is || was[2] !== is[2] || Number(was[1]) === 0) return '';
  const change = (Number(is[1]) / Number(was[1]) - 1) * 100;
  return `, ${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(0)} %`;
}
