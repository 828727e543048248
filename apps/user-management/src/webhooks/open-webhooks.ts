import type { Logger } from '@user-management/domain';
import { type FileObserver, FileWebhookTargets } from '@user-management/files';
import type { Settings } from '@user-management/settings';
import type { HttpWebhooks } from '@user-management/webhooks';

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
  // A service without a list starts without Node's client for HTTPS.
  const { HttpWebhooks } = await import('@user-management/webhooks');
  const list = await FileWebhookTargets.open(webhooksFile, { production, observer, logger });
  const sender = new HttpWebhooks({ targets: () => list.targets(), anyAddress: !production });
  return { sender, file: list.file };
}
