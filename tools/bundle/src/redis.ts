import clientModule from '@redis/client/dist/lib/client/index.js';
import errors from '@redis/client/dist/lib/errors.js';

/**
 * What the service takes from `redis`. The package itself also loads the client for Sentinel, the one for
 * Cluster, and the commands of all modules of Redis. The build fails when an import is missing here.
 */
export const RedisClient = clientModule.default;
export const { ErrorReply } = errors;
