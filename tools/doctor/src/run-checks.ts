import { type Check, failed, type Finding, type Group, skipped } from './check.ts';
import { explain } from '@user-management/domain/explain';

export type Result = Finding & { readonly group: string; readonly name: string };

/** Longer than any single timeout inside a check. */
const PATIENCE_MS = 15_000;

/**
 * Runs the checks one after the other, so that they do not disturb their measurements. An error ends only its
 * own check.
 */
export async function runChecks<Patient>(
  groups: readonly Group<Patient>[],
  patient: Patient,
  patienceMs = PATIENCE_MS,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { title, checks } of groups) {
    for (const check of checks) {
      const finding = unmet(check, results) ?? (await examine(check, patient, patienceMs));
      results.push({ group: title, name: check.name, ...finding });
    }
  }
  return results;
}

function unmet({ needs }: { needs: readonly string[] }, results: readonly Result[]): Finding | undefined {
  const need = results.find(
    ({ name, status }) => needs.includes(name) && (status === 'failed' || status === 'skipped'),
  );
  return need && skipped(`The check “${need.name}” ${need.status === 'failed' ? 'failed' : 'was skipped'}.`);
}

async function examine<Patient>(
  check: Check<Patient>,
  patient: Patient,
  patienceMs: number,
): Promise<Finding> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await Promise.race([check.examine(patient, signal), patienceEnds(signal, patienceMs)]);
  } catch (error) {
    return failed(explain(error), check.mend(patient));
  }
}

function patienceEnds(signal: AbortSignal, patienceMs: number): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => {
    reject(new Error(`There was no answer within ${patienceMs} ms.`));
  });
  return promise;
}
