import type { Api, RouteGroup } from '../api/route.ts';
import { accountData } from './account-data.ts';
import { audit } from './audit.ts';
import { admin } from './admin.ts';
import { auth } from './auth.ts';
import { bulk } from './bulk.ts';
import { withDescription } from './description.ts';
import { emails } from './emails.ts';
import { introspection } from './introspection.ts';
import { internalOperations, operations } from './operations.ts';
import { passwords } from './passwords.ts';
import { preferences } from './preferences.ts';
import { sessions } from './sessions.ts';
import { users } from './users.ts';

/** What clients and operators reach through the public listener. @param version of the service. */
export const publicApi = (version: string): Api =>
  withDescription({
    title: 'User management',
    version,
    description: [
      'Register, log in, read and update users.',
      'Bodies are JSON in UTF-8. Timestamps are RFC 3339 in UTC.',
      'Each error is a problem as in RFC 9457. Clients branch on its `code`.',
      'Besides the problems of each operation, the service answers `not-found` for an unknown path, ' +
        '`method-not-allowed` for a method that a path does not have, `request-timeout` for a request that ' +
        'arrives too slowly, and `header-too-large` for a header of more than 16 KiB.',
    ].join('\n\n'),
    groups: [auth, passwords, users, emails, sessions, preferences, accountData, operations],
  });

/**
 * What other services and operators reach through the internal listener.
 * @param version of the service.
 * @param withServices whether operators list services that may call. Without them, there are health and
 * metrics alone.
 */
export const internalApi = (version: string, withServices: boolean): Api =>
  withDescription({
    title: 'User management, internal',
    version,
    description: [
      'Ask who is logged in and what happened, and administer users. Other services and operators use this ' +
        'API inside of the cluster.',
      'Bodies are forms or JSON in UTF-8. Timestamps are RFC 3339 in UTC, and those of tokens are seconds ' +
        'since 1970.',
      'A service authenticates itself by a service token. Each error is a problem as in RFC 9457.',
    ].join('\n\n'),
    groups: [...(withServices ? SERVICE_GROUPS : []), internalOperations],
  });

/** The routes that need to know which services there are. */
const SERVICE_GROUPS: readonly RouteGroup[] = [introspection, admin, bulk, audit];
