import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join } from 'node:path';

const FRAME = /([\w-]+\.cjs):(\d+):(\d+)/g;

// `node where.cjs '… service.cjs:123:4 …'`: prints the text with the lines of the sources. Node does this
// itself with --enable-source-maps, for 40 MB of memory.
const [, program = '', ...words] = process.argv;
const text = words.join(' ');
process.stdout.write(`${text.replace(FRAME, sourceOf)}\n`);

function sourceOf(frame: string, file: string, line: string, column: string): string {
  const json = readFileSync(join(dirname(program), `${file}.map`), 'utf8');
  const entry = new SourceMap(JSON.parse(json) as SourceMapPayload).findEntry(
    Number(line) - 1,
    Number(column) - 1,
  );
  return 'originalSource' in entry ? `${entry.originalSource}:${entry.originalLine + 1}` : frame;
}
