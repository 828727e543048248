import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from './root.mjs';

/** @typedef {{ status: string, fullName: string }} TestReport */
/** @typedef {{ name: string, status: string, assertionResults: TestReport[] }} FileReport */

/**
 * Counts passed and failed tests. Types, lint and format together count as one test. Vitest can also fail
 * without a failed test: a file that cannot be loaded, an error outside of any test, or no test found. That
 * counts as a failure. `names` has the file and the name of each failed test, and says what else failed.
 * @param {boolean} checksPassed
 * @param {string} report the path of the JSON report of vitest
 * @param {boolean} vitestPassed
 */
export function readOutcome(checksPassed, report, vitestPassed) {
  const files = readFiles(report);
  const tests = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ name, ...test })),
  );
  const failed = tests.filter(({ status }) => status !== 'passed');
  const names = failed.map(({ name, fullName }) => `${relative(ROOT, name)}: ${fullName}`);
  const broken = files.filter(({ status }) => status === 'failed').filter(hasNoFailedTest);
  names.push(...broken.map(({ name }) => `${relative(ROOT, name)}, outside of its tests`));
  if (!vitestPassed && names.length === 0) names.push('vitest, without a failed test');
  if (!checksPassed) names.push('types, lint or format');
  return {
    passed: tests.length - failed.length + (checksPassed ? 1 : 0),
    failed: names.length,
    names,
  };
}

/** @param {FileReport} file */
const hasNoFailedTest = ({ assertionResults }) => assertionResults.every(({ status }) => status === 'passed');

/** @param {string} report @returns {FileReport[]} */
function readFiles(report) {
  if (!existsSync(report)) return [];
  return /** @type {{ testResults: FileReport[] }} */ (JSON.parse(readFileSync(report, 'utf8'))).testResults;
}
