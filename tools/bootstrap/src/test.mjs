import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLike, runHere } from './child.mjs';
import { installMissing } from './install.mjs';
import { readOutcome } from './outcome.mjs';
import { ROOT } from './root.mjs';

// `node test.mjs …`: installs what is missing, then checks everything; what is given besides goes to vitest.
await installMissing(ROOT);

say('Types, lint and format; what has not changed since it last passed is not checked again.');
const checks = await runHere('nx', ['run-many', '--targets=typecheck,lint,format'], { NX_DAEMON: 'false' });
if (checks.signal) endLike(checks);
else await runTests();

async function runTests() {
  say('Tests, against a real Redis and PostgreSQL.');
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const tests = await runHere('vitest', ['run', ...reporters, ...process.argv.slice(2)]);
    const { passed, failed } = readOutcome(checks.code === 0, report, tests.code === 0);
    if (checks.code !== 0) say('Types, lint or format are not as they should be: see above.');
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
    endLike(failed > 0 ? { code: 1, signal: tests.signal } : tests);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {string} what */
function say(what) {
  process.stdout.write(`\n== ${what}\n\n`);
}
