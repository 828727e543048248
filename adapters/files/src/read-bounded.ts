import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { FileProblem } from './file-problem.ts';

const LONGEST = 2 ** 20;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a small file. @throws {FileProblem} */
export async function readBounded(path: string): Promise<string> {
  const bytes = await readBytes(path);
  if (bytes.length > LONGEST) throw new FileProblem('It is longer than 1 MiB.');
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new FileProblem('It is not UTF-8.');
  }
}

/** At most one byte more than allowed: a device has no end. */
async function readBytes(path: string): Promise<Buffer> {
  try {
    return await buffer(createReadStream(path, { end: LONGEST }));
  } catch (error) {
    throw new FileProblem(`It cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`);
  }
}
