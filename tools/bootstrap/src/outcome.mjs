import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileReport */

/**
 * How many passed and failed. Types, lint and format together count as one. Where vitest fails although no
 * test did (a file that cannot be loaded, an error outside of any test, no test found), that counts as a
 * failure too: nothing red looks green.
 * @param {boolean} checksPassed
 * @param {string} report path of vitest's JSON report
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
