import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { examineCluster } from '../cluster/index.ts';
import type { Kubectl } from '../cluster/kubectl.ts';

/** The output of kubectl for these arguments: standard output, or standard error when it failed. */
interface Answer {
  readonly args: readonly string[];
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Makes a folder for the PATH with a `kubectl` that gives these answers. */
export function replayKubectl(answers: readonly Answer[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const branches = answers.map(({ args, stdout, stderr }, n) => {
    writeFileSync(join(folder, String(n)), stderr ?? stdout ?? '');
    return `${quoted(args.join(' '))}) cat ${folder}/${n}${stderr === undefined ? '' : ' >&2; exit 1'} ;;`;
  });
  writeFileSync(join(folder, 'kubectl'), script(branches), { mode: 0o755 });
  return folder;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const script = (branches: readonly string[]): string => `#!/bin/sh
# The first argument is a timeout, which is not needed here.
shift
case "$*" in
${branches.join('\n')}
*) echo "not recorded: $*" >&2; exit 2 ;;
esac
`;

/** Makes a folder with a `kubectl` that gives the answers of the given one. */
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

/** Answers of a real kubectl to the doctor, for one state of a real cluster. Each line is an answer. */
export const readRecording = (name: string): readonly Answer[] =>
  readFileSync(new URL(`recordings/${name}.ndjson`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
