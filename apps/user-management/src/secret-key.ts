import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explain, type Logger, parseSecret, type Secret, type Secrets } from '@user-management/domain';
import type { Settings } from '@user-management/settings';

/** Beside the users of development. */
const FILE = 'data/secret-key';

/**
 * The key from which the codes in mails are derived. Without SECRET_KEY, development makes one and keeps it,
 * so codes still work after a restart.
 * @returns `undefined` in production without a key.
 */
export async function readSecretKey(
  { appEnv, mail }: Pick<Settings, 'appEnv' | 'mail'>,
  secrets: Pick<Secrets, 'newSecret'>,
  logger: Logger,
  file = FILE,
): Promise<Secret | undefined> {
  if (mail.secretKey) return parseSecret(mail.secretKey.reveal());
  if (appEnv === 'production') return undefined;
  const made = secrets.newSecret();
  try {
    return await keep(made, file);
  } catch (error) {
    logger.warn(
      {},
      `The key for codes cannot be kept in ${file}: ${explain(error)}. Codes in mails end with this process.`,
    );
    return made;
  }
}

/** When two processes start at the same time, one writes the file, and both read it. */
async function keep(made: Secret, file: string): Promise<Secret> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${made}\n`, { flag: 'wx', mode: 0o600 }).catch(unlessThere);
  return parseSecret((await readFile(file, 'utf8')).trim());
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
