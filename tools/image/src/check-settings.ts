import { InvalidSettings, readSettings } from '@user-management/settings';

/** `EX_CONFIG` of sysexits.h, as in the service. */
const WRONG = 78;

// `node check-settings.ts`, for compose.yaml: ends with 78 and lists every problem when the settings are
// wrong. The service does the same, but Docker would restart it again and again.
try {
  readSettings(process.env);
} catch (error) {
  if (!(error instanceof InvalidSettings)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = WRONG;
}
