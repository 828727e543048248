import { explain, type Logger } from '@user-management/domain';
import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/**
 * The parameters of the next connection, as `pg` makes them of a URL: it reads the files for TLS that the URL
 * names. While one of them cannot be read, the parameters of the connection before stay, with one warning. A
 * pool makes connections on its own, so an error there would end the process.
 * @throws {Error} when there are no parameters of a connection before.
 */
export function followConfig(url: () => string, logger: Logger): () => ClientConfig {
  let last: ClientConfig | undefined;
  let warned = false;
  return () => {
    try {
      last = parseIntoClientConfig(url());
      warned = false;
    } catch (error) {
      if (!last) throw error;
      if (!warned)
        logger.warn({}, `A file for TLS to PostgreSQL cannot be read: ${explain(error)}. ${CONTINUES}`);
      warned = true;
    }
    return last;
  };
}

const CONTINUES = 'The service continues with its previous content.';
