import { createHash } from 'node:crypto';
import {
  EVENT_TYPES,
  type EventType,
  parseEndpointId,
  parseWebhookSecret,
  ValidationFailed,
  type WebhookTarget,
} from '@user-management/domain';
import { FollowedFile, type FollowOptions } from './followed-file.ts';
import { parseList } from './parse-list.ts';
import { readBounded } from './read-bounded.ts';
import { entry, listOf, parsed } from './schema.ts';

interface Options extends FollowOptions {
  /** Whether webhooks go over TLS, except to receivers in the cluster. */
  readonly production: boolean;
}

const LONGEST_URL = 2048;

const listSchema = (production: boolean) =>
  listOf(
    entry({
      url: parsed((input) => parseUrl(input, production)),
      types: parsed(parseTypes).optional(),
      secret: parsed(parseWebhookSecret),
      previous_secret: parsed(parseWebhookSecret).optional(),
    }).transform(({ url, types = null, secret, previous_secret: previous }): WebhookTarget => ({
      id: idOf(url),
      types,
      url: url.href,
      secrets: previous ? [secret, previous] : [secret],
    })),
    checkTargets,
  );

/** The list as it is now. @throws {FileProblem} */
export const readWebhookTargets = async (
  path: string,
  production: boolean,
): Promise<readonly WebhookTarget[]> => parseList(await readBounded(path), listSchema(production));

/** The endpoints that `WEBHOOKS_FILE` lists. */
export class FileWebhookTargets {
  readonly file: FollowedFile<readonly WebhookTarget[]>;

  private constructor(file: FollowedFile<readonly WebhookTarget[]>) {
    this.file = file;
  }

  /** @throws {FileProblem} */
  static async open(path: string, { production, ...options }: Options): Promise<FileWebhookTargets> {
    const schema = listSchema(production);
    const parse = (text: string) => parseList(text, schema);
    return new FileWebhookTargets(
      await FollowedFile.open({ ...options, variable: 'WEBHOOKS_FILE', path, parse }),
    );
  }

  targets(): readonly WebhookTarget[] {
    return this.file.value;
  }
}

/** @throws {ValidationFailed} The message does not contain the URL, which may hold a secret. */
function parseUrl(input: unknown, production: boolean): URL {
  const url = typeof input === 'string' && input.length <= LONGEST_URL ? URL.parse(input) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new ValidationFailed(`must be a URL with https: of at most ${LONGEST_URL} characters`);
  }
  if (url.username || url.password || url.hash) {
    throw new ValidationFailed('must have no user, no password and no fragment');
  }
  if (production && url.protocol === 'http:' && !/\.svc(?:\.cluster\.local)?$/.test(url.hostname)) {
    throw new ValidationFailed('must have https:, except in the cluster (.svc)');
  }
  return url;
}

/** @throws {ValidationFailed} */
function parseTypes(input: unknown): readonly EventType[] {
  const all: readonly unknown[] = EVENT_TYPES;
  if (!Array.isArray(input) || input.length === 0 || !input.every((type) => all.includes(type))) {
    throw new ValidationFailed(`must be a list of at least one of ${EVENT_TYPES.join(', ')}`);
  }
  return [...new Set(input as EventType[])];
}

/** @throws {ValidationFailed} when two have one URL: nobody would know which secret counts. */
function checkTargets(targets: readonly WebhookTarget[]): readonly WebhookTarget[] {
  const ids = targets.map(({ id }) => id);
  const repeated = ids.flatMap((id, i) => (ids.indexOf(id) < i ? [i] : []));
  if (repeated.length === 0) return targets;
  throw new ValidationFailed(
    repeated.map((i) => ({ path: [String(i), 'url'], message: 'must not be that of another entry' })),
  );
}

function idOf({ hostname, href }: URL): WebhookTarget['id'] {
  const digest = createHash('sha256').update(href).digest('hex').slice(0, 8);
  return parseEndpointId(`${hostname.replace(/[^a-z0-9._:-]/g, '')}-${digest}`);
}
