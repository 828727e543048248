import type { Logger } from '@user-management/domain';
import { type FileObserver, FileServiceTokens } from '@user-management/files';
import type { Settings } from '@user-management/settings';

/** The services that may call the internal listener; `undefined` without a list. @throws {FileProblem} */
export async function openServiceTokens(
  { serviceTokensFile }: Pick<Settings, 'serviceTokensFile'>,
  observer: FileObserver,
  logger: Logger,
): Promise<FileServiceTokens | undefined> {
  if (serviceTokensFile === undefined) return undefined;
  return FileServiceTokens.open(serviceTokensFile, { observer, logger });
}
