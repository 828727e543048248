import type { Statistics } from './oracle/statistics.ts';

const number = new Intl.NumberFormat('en');

/** The operations with a checked answer. */
const CHECKED = [
  'findById',
  'findByEmail',
  'update of nothing',
  'find of a token',
  'session check',
  'refresh',
  'list of sessions',
];

/** Summarises a run in a few lines of text. */
export function summarise(statistics: Statistics, worstMs: number): string {
  const operations = statistics.of('operation');
  const checked = total(CHECKED.map((name) => operations.get(name) ?? 0));
  return [
    `operations      ${list(operations)}`,
    `faults          ${list(statistics.of('fault'))}`,
    `answers checked ${number.format(checked)}, ${hitRate(statistics)} of lookups of users were hits`,
    `worst latency   ${number.format(Math.round(worstMs))} ms`,
  ].join('\n');
}

const total = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);

function list(counts: ReadonlyMap<string, number>): string {
  const byCount = [...counts].sort(([, one], [, other]) => other - one);
  const items = byCount.map(([name, count]) => `${number.format(count)} ${name}`);
  return `${number.format(total(counts.values()))}: ${items.join(', ')}`;
}

function hitRate(statistics: Statistics): string {
  const [hits, misses] = ['user hit', 'user miss'].map((name) => statistics.of('lookup').get(name) ?? 0);
  return `${((100 * (hits ?? 0)) / Math.max((hits ?? 0) + (misses ?? 0), 1)).toFixed(0)} %`;
}
