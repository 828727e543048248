import { PROBLEM_CODES, PROBLEMS } from '../answer/problems.ts';

const HEAD = ['`code`', 'status', 'when', 'what a client does'];

const MARKED = /(<!-- problem table: .*? -->\n)[^]*?(<!-- end of the problem table -->)/;

/** The page with today's table between its two markers. */
export function withProblemTable(page: string): string {
  if (!MARKED.test(page)) throw new Error('The page has no markers of the problem table.');
  // Prettier pads tables to the widest cell, which makes a diff hard to read.
  const table = `<!-- prettier-ignore-start -->\n\n${problemTable()}\n\n<!-- prettier-ignore-end -->\n`;
  return page.replace(MARKED, (_, start: string, end: string) => `${start}${table}${end}`);
}

function problemTable(): string {
  const rows = PROBLEM_CODES.map((code) => {
    const { status, when, action } = PROBLEMS[code];
    return [`\`${code}\``, String(status), when, action];
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
