import { InvalidSettings, readSettings } from '@user-management/settings';

/** `EX_CONFIG` of sysexits.h, as the service has it. */
const WRONG = 78;

// `node check-settings.ts`, for compose.yaml: ends with 78 and every problem where the settings are wrong.
// The service ends so as well, and Docker would start it again and again.
try {
  readSettings(process.env);
} catch (error) {
  if (!(error instanceof InvalidSettings)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = WRONG;
}
