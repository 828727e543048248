import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { examineCluster } from '../cluster/index.ts';
import type { Kubectl } from '../cluster/kubectl.ts';

const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
# The first argument limits the time of a request, which nothing here takes.
shift
answer=$here/$(printf %s "$*" | sha256sum | cut -c -64)
[ -e "$answer.out" ] || [ -e "$answer.err" ] || { echo "nobody has recorded: $*" >&2; exit 2; }
if [ -e "$answer.err" ]; then cat "$answer.err" >&2; exit 1; fi
cat "$answer.out"
`;

/** A folder with a `kubectl` for the PATH that replays what the other one answers to the doctor. */
export async function recordKubectl(kubectl: Kubectl): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (args: readonly string[], ending: string, text: string) => {
    writeFileSync(join(folder, `${hash('sha256', args.join(' '))}.${ending}`), text);
  };
  await examineCluster(async (...args) => {
    try {
      const answer = await kubectl(...args);
      write(args, 'out', answer);
      return answer;
    } catch (error) {
      write(args, 'err', `${(error as Error).message}\n`);
      throw error;
    }
  });
  writeFileSync(join(folder, 'kubectl'), SCRIPT, { mode: 0o755 });
  return folder;
}
