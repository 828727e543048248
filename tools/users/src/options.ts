import { parseArgs } from 'node:util';
import { Refused } from './refused.ts';

export const USAGE = `usage: npm run users -- COMMAND

  list                  users, one on each line; --email, --email-prefix, --status, --created-after choose
                        some, and --limit says how many (50)
  show USER             one user, as JSON
  disable USER          ends every session, and refuses logins from then on
  enable USER           takes that back
  delete USER           deletes the user for good
  revoke-sessions USER  ends every session
  import FILE           adds a user for each line of JSON; it can be repeated
  export                all users, one line of JSON each; --hashes: as import takes them

  USER is the id or the email of a user.

  --url URL             the internal port of the service (http://localhost:8081)
  --token-file FILE     a file with a service token; without it: the variable SERVICE_TOKEN

It ends with 0, with 1 when something failed, and with 64 for a wrong option.
`;

const COMMANDS = [
  'list',
  'show',
  'disable',
  'enable',
  'delete',
  'revoke-sessions',
  'import',
  'export',
] as const;

export type Command = (typeof COMMANDS)[number];

const text = { type: 'string' } as const;

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      email: text,
      'email-prefix': text,
      status: text,
      'created-after': text,
      limit: { ...text, default: '50' },
      hashes: { type: 'boolean', default: false },
      url: { ...text, default: 'http://localhost:8081' },
      'token-file': text,
      help: { type: 'boolean', default: false },
    },
  });

export type Options = ReturnType<typeof parse>['values'];

export interface Call {
  readonly command: Command;
  /** The user, or the file. Empty where the command has none. */
  readonly subject: string;
  readonly options: Options;
}

/** `undefined`: the caller asks for help. @throws {Refused} */
export function readCall(args: readonly string[]): Call | undefined {
  const { positionals, values } = parsed(args);
  if (values.help) return undefined;
  const [name, subject = '', ...more] = positionals;
  const command = COMMANDS.find((each) => each === name);
  if (!command) throw new Refused(name === undefined ? 'Name a command.' : `There is no command ${name}.`);
  const wants = command === 'list' || command === 'export' ? 0 : 1;
  if (positionals.length - 1 < wants || (wants === 0 && subject !== '') || more.length > 0) {
    throw new Refused(`${command} takes ${wants === 0 ? 'no argument' : 'one argument'}.`);
  }
  return { command, subject, options: values };
}

function parsed(args: readonly string[]) {
  try {
    return parse(args);
  } catch (error) {
    throw new Refused((error as Error).message);
  }
}
