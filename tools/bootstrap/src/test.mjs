import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { checksFor } from './checks.mjs';
import { endLike, runHere } from './child.mjs';
import { installMissing } from './install.mjs';
import { readOutcome } from './outcome.mjs';
import { ROOT } from './root.mjs';
import { temporaryFolder } from './temporary.mjs';

// `node test.mjs …`: installs missing packages, then runs checks and tests at the same time, because most
// tests wait for a server. Parameters go to Vitest. Paths among them also choose the packages to check.
await installMissing(ROOT);
const parameters = process.argv.slice(2);
const TMPDIR = temporaryFolder();
const folder = mkdtempSync(join(TMPDIR, 'tests-'));
try {
  say('Tests, with a real Redis and PostgreSQL. Types, lint and format are checked at the same time.');
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const [checks, tests] = await Promise.all([
    check(join(folder, 'checks.log')),
    runHere('vitest', ['run', ...reporters, ...parameters], { TMPDIR }),
  ]);
  const { passed, failed, names } = readOutcome(checks.code === 0, report, tests.code === 0);
  if (checks.code !== 0) say('Types, lint or format have errors. They are listed above.');
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  for (const name of names) process.stdout.write(`FAILED ${name}\n`);
  endLike(failed > 0 ? { code: 1, signal: tests.signal ?? checks.signal } : tests);
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * Prints all output at the end, so that its lines do not mix with those of the tests. The checks are nice:
 * they get the time in which tests wait, and take none from tests that measure time.
 * @param {string} log
 */
async function check(log) {
  const output = await open(log, 'w');
  const stdio = /** @type {import("node:child_process").StdioOptions} */ (['ignore', output.fd, output.fd]);
  const end = await runHere('nice', ['nx', ...checksFor(parameters)], { NX_DAEMON: 'false' }, stdio);
  await output.close();
  say('Types, lint and format. Unchanged packages that passed before are not checked again.');
  process.stdout.write(readFileSync(log));
  return end;
}

/** @param {string} what */
function say(what) {
  process.stdout.write(`\n== ${what}\n\n`);
}
