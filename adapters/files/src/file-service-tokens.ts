import {
  checkServiceEntries,
  parseDigest,
  parseInstant,
  parseScopes,
  parseServiceName,
  type ServiceEntry,
  type ServiceTokens,
} from '@user-management/domain';
import { FollowedFile, type FollowOptions } from './followed-file.ts';
import { parseList } from './parse-list.ts';
import { readBounded } from './read-bounded.ts';
import { entry, listOf, parsed } from './schema.ts';

/** The JSON of the list: `{name, sha256, scopes, not_after?}` each. */
export const SERVICE_LIST = listOf(
  entry({
    name: parsed(parseServiceName),
    sha256: parsed(parseDigest),
    scopes: parsed(parseScopes),
    not_after: parsed(parseInstant).optional(),
  }).transform(({ name, sha256, scopes, not_after: notAfter = null }): ServiceEntry => ({
    name,
    digest: sha256,
    scopes,
    notAfter,
  })),
  checkServiceEntries,
);

/** The list as it is now. @throws {FileProblem} */
export const readServiceList = async (path: string): Promise<readonly ServiceEntry[]> =>
  parseList(await readBounded(path), SERVICE_LIST);

/** The services that `SERVICE_TOKENS_FILE` lists. */
export class FileServiceTokens implements ServiceTokens {
  readonly file: FollowedFile<readonly ServiceEntry[]>;

  private constructor(file: FollowedFile<readonly ServiceEntry[]>) {
    this.file = file;
  }

  /** @throws {FileProblem} */
  static async open(path: string, options: FollowOptions): Promise<FileServiceTokens> {
    const parse = (text: string) => parseList(text, SERVICE_LIST);
    return new FileServiceTokens(
      await FollowedFile.open({ ...options, variable: 'SERVICE_TOKENS_FILE', path, parse }),
    );
  }

  entries(): readonly ServiceEntry[] {
    return this.file.value;
  }
}
