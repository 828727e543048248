import { styleText } from 'node:util';
import type { Result } from './run-checks.ts';

const MARKS = { ok: '✓', warning: '!', failed: '✗', skipped: '–' } as const;
const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'gray' } as const;

export const isWell = (results: readonly Result[]): boolean =>
  results.every(({ status }) => status !== 'failed');

/** The report for people. */
export function asText(results: readonly Result[], colours: boolean): string {
  const paint = (result: Result, text: string) =>
    colours ? styleText(COLOURS[result.status], text, { validateStream: false }) : text;
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.flatMap((result, n) => {
    const head = result.group === results[n - 1]?.group ? [] : ['', result.group];
    const margin = ' '.repeat(width + 6);
    const saw = result.saw.replaceAll('\n', `\n${margin}`);
    const line = `  ${paint(result, MARKS[result.status])} ${result.name.padEnd(width)}  ${saw}`;
    const mend = 'mend' in result ? [`${margin}→ ${result.mend.replaceAll('\n', `\n${margin}  `)}`] : [];
    return [...head, line, ...mend];
  });
  return [...lines.slice(1), '', summary(results), ''].join('\n');
}

/** The report for machines. */
export function asJson(results: readonly Result[]): string {
  const checks = results.map(({ group, name, status, saw, ...rest }) => ({
    group,
    name,
    status,
    saw,
    ...rest,
  }));
  return `${JSON.stringify({ ok: isWell(results), checks }, null, 2)}\n`;
}

function summary(results: readonly Result[]): string {
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  const warnings = count('warning') === 0 ? '' : `, ${count('warning')} with a warning`;
  const skipped = count('skipped') === 0 ? '' : `, ${count('skipped')} skipped`;
  return isWell(results)
    ? `No fault was found: ${count('ok')} checks passed${warnings}${skipped}.`
    : `${count('failed')} of ${results.length} checks failed${warnings}${skipped}.`;
}
