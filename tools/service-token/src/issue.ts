import { parseArgs } from 'node:util';
import {
  parseInstant,
  parseScopes,
  parseServiceName,
  SCOPES,
  type Secrets,
  serviceTokenOf,
  ValidationFailed,
} from '@user-management/domain';

export const USAGE = `usage: npm run service-token -- --name NAME --scope SCOPE [--not-after TIME]

  --name NAME       the name of the service
  --scope SCOPE     ${SCOPES.join(', ')}; it may be repeated
  --not-after TIME  when the token stops working, such as 2027-01-01T00:00:00Z

It prints the entry for the list of services, and the token on the standard error output. It ends with 0, and
with 64 for a wrong option.
`;

/** The command line is wrong. The message says why. */
export class Refused extends Error {}

const OPTIONS = {
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  'not-after': { type: 'string' },
} as const;

/** Makes a token and the entry that lets it in. @throws {Refused} */
export function issue(args: string[], secrets: Pick<Secrets, 'newSecret' | 'digest'>) {
  const { name, scope, 'not-after': notAfter } = optionsIn(args);
  const token = serviceTokenOf(secrets.newSecret());
  const entry = {
    name: checked('--name', parseServiceName, name),
    sha256: secrets.digest(token),
    scopes: checked('--scope', parseScopes, scope),
    ...(notAfter !== undefined && { not_after: notAfter }),
  };
  if (notAfter !== undefined) checked('--not-after', parseInstant, notAfter);
  return { token, entry };
}

function optionsIn(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new Refused((error as Error).message);
  }
}

function checked<T>(option: string, parse: (input: unknown) => T, value: unknown): T {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    throw new Refused(`${option} ${error.message}.`);
  }
}
