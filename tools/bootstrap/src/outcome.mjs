import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileReport */

/**
 * Counts passed and failed tests. Types, lint and format together count as one test. Vitest can also fail
 * without a failed test: a file that cannot be loaded, an error outside of any test, or no test found. That
 * counts as a failure.
 * @param {boolean} checksPassed
 * @param {string} report the path of the JSON report of vitest
 * @param {boolean} vitestPassed
 */
export function readOutcome(checksPassed, report, vitestPassed) {
  const tests = readFiles(report).flatMap((file) => file.assertionResults.map(({ status }) => status));
  const passed = tests.filter((status) => status === 'passed').length;
  const failed = tests.length - passed;
  const failures = vitestPassed ? failed : Math.max(failed, 1);
  return { passed: passed + (checksPassed ? 1 : 0), failed: failures + (checksPassed ? 0 : 1) };
}

/** @param {string} report @returns {FileReport[]} */
function readFiles(report) {
  if (!existsSync(report)) return [];
  return /** @type {{ testResults: FileReport[] }} */ (JSON.parse(readFileSync(report, 'utf8'))).testResults;
}
