import type { Logger } from '@user-management/domain';
import { type FileObserver, FileWebhookTargets } from '@user-management/files';
import type { Settings } from '@user-management/settings';
import { HttpWebhooks } from '@user-management/webhooks';

export interface Webhooks {
  readonly sender: HttpWebhooks;
  readonly file: FileWebhookTargets['file'];
}

/** The endpoints that get events; `undefined` without a list. @throws {FileProblem} */
export async function openWebhooks(
  { webhooksFile, appEnv }: Pick<Settings, 'webhooksFile' | 'appEnv'>,
  observer: FileObserver,
  logger: Logger,
): Promise<Webhooks | undefined> {
  if (webhooksFile === undefined) return undefined;
  const production = appEnv === 'production';
  const list = await FileWebhookTargets.open(webhooksFile, { production, observer, logger });
  const sender = new HttpWebhooks({ targets: () => list.targets(), anyAddress: !production });
  return { sender, file: list.file };
}
