import type { Group } from '../check.ts';
import { redact } from '../redact.ts';
import { type Result, runChecks } from '../run-checks.ts';
import { connectionChecks } from './connection.ts';
import { contentChecks } from './contents.ts';
import { passwordChecks } from './passwords.ts';
import { Patient } from './patient.ts';
import { serverChecks } from './server.ts';
import { settingsChecks } from './settings.ts';
import { storeChecks } from './store.ts';

/** The checks in their order. */
export const LOCAL: readonly Group<Patient>[] = [
  { title: 'Settings', checks: settingsChecks },
  { title: 'Way to Redis', checks: connectionChecks },
  { title: 'Redis', checks: serverChecks },
  { title: 'Contents of Redis', checks: contentChecks },
  { title: 'User store', checks: storeChecks },
  { title: 'Passwords', checks: passwordChecks },
];

/** Examines the Redis and the user store that the environment variables name. */
export async function examineLocally(env: NodeJS.ProcessEnv): Promise<readonly Result[]> {
  const patient = new Patient(env);
  try {
    const results = await runChecks(LOCAL, patient);
    return results[0]?.status === 'ok' ? redact(results, patient.secrets) : results;
  } finally {
    await patient.close();
  }
}
