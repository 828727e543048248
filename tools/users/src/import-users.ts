import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Api, Failed } from './api.ts';
import { Progress } from './progress.ts';
import type { Output } from './output.ts';

interface Result {
  readonly line: number;
  readonly status: 'created' | 'unchanged' | 'failed';
  readonly code?: string;
  readonly detail?: string;
}

/**
 * Sends a file while it is read, and shows what becomes of its lines.
 * @returns whether every line was imported. @throws {Failed}
 */
export async function importUsers(api: Api, file: string, out: Output): Promise<boolean> {
  const { size } = await stat(file).catch(() => {
    throw new Failed(`There is no file ${file}.`);
  });
  const counts = { created: 0, unchanged: 0, failed: 0 };
  const progress = new Progress(out.stderr);
  const source = createReadStream(file);
  try {
    for await (const text of await api.stream('POST', '/import', source)) {
      const result = JSON.parse(text) as Result;
      counts[result.status]++;
      if (result.status === 'failed') {
        progress.clear();
        out.stderr.write(`line ${result.line}: ${String(result.code)}: ${String(result.detail)}\n`);
      }
      progress.show(fractionOf(source, size), summary(counts));
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    throw new Failed(
      `${error.message}\n${summary(counts)} Import the file again: users who exist stay unchanged.`,
    );
  } finally {
    source.destroy();
    progress.clear();
  }
  out.stdout.write(`${summary(counts)}\n`);
  return counts.failed === 0;
}

const fractionOf = ({ bytesRead }: ReadStream, size: number): number => (size === 0 ? 1 : bytesRead / size);

const summary = ({ created, unchanged, failed }: Record<Result['status'], number>): string =>
  `Users created: ${created}, unchanged: ${unchanged}, failed: ${failed}.`;
