import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { examineCluster } from '../cluster/index.ts';
import type { Kubectl } from '../cluster/kubectl.ts';

/** What kubectl printed for these arguments: on standard output, or on standard error where it failed. */
interface Answer {
  readonly args: readonly string[];
  readonly stdout?: string;
  readonly stderr?: string;
}

const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
# The first argument is a timeout, which is not needed here.
shift
answer=$here/$(printf %s "$*" | sha256sum | cut -c -64)
[ -e "$answer.out" ] || [ -e "$answer.err" ] || { echo "not recorded: $*" >&2; exit 2; }
if [ -e "$answer.err" ]; then cat "$answer.err" >&2; exit 1; fi
cat "$answer.out"
`;

/** A folder with a `kubectl` for the PATH that gives these answers. */
export function replayKubectl(answers: readonly Answer[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const { args, stdout, stderr } of answers) {
    const file = join(folder, hash('sha256', args.join(' ')));
    if (stdout !== undefined) writeFileSync(`${file}.out`, stdout);
    if (stderr !== undefined) writeFileSync(`${file}.err`, stderr);
  }
  writeFileSync(join(folder, 'kubectl'), SCRIPT, { mode: 0o755 });
  return folder;
}

/** A folder with a `kubectl` that answers as the given one does. */
export async function recordKubectl(kubectl: Kubectl): Promise<string> {
  const answers: Answer[] = [];
  await examineCluster(async (...args) => {
    try {
      const stdout = await kubectl(...args);
      answers.push({ args, stdout });
      return stdout;
    } catch (error) {
      answers.push({ args, stderr: `${(error as Error).message}\n` });
      throw error;
    }
  });
  return replayKubectl(answers);
}

/** What a real kubectl answered to the doctor, in one state of a real cluster: one answer a line. */
export const readRecording = (name: string): readonly Answer[] =>
  readFileSync(new URL(`recordings/${name}.ndjson`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
