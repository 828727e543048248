import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** Each file in `measurements/` but that of `--against`, which compares two checkouts. */
export const MEASUREMENTS = [
  'reads',
  'introspections',
  'logins',
  'sessions',
  'refusals',
  'emails',
  'resets',
  'start',
  'growth',
  'rivals',
  'writes',
  'cluster',
  'hashes',
  'admin',
  'import',
  'attacks',
  'sizes',
  'capacity',
] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

/** Without `--only`. */
const DEFAULT = MEASUREMENTS.slice(0, MEASUREMENTS.indexOf('rivals'));

export interface Arguments {
  readonly rounds: number;
  /** Of one turn of a measurement. */
  readonly seconds: number;
  readonly users: number;
  readonly chosen: readonly Measurement[];
  /** The path of another checkout. */
  readonly against: string | undefined;
  /** The path of a history. */
  readonly save: string | undefined;
}

export const USAGE = `usage: npm run bench -- [--only LIST] [--rounds N] [--seconds N] [--users N]
                       [--against DIR] [--save FILE]

  --only LIST    some of ${DEFAULT.join(', ')},
                 ${MEASUREMENTS.slice(DEFAULT.length).join(', ')}, with commas between;
                 without it and --against: ${DEFAULT[0]} to ${DEFAULT.at(-1)}
  --rounds N     each result is the median of N rounds (5)
  --seconds N    how long a turn lasts (3)
  --users N      in each store, for growth, admin and sizes (1000000)
  --against DIR  compares session checks with those of another checkout
  --save FILE    appends the results to a history, and compares them with its last ones

It ends with 64 for a wrong option.
`;

/** @throws {Error} for an unknown option or an invalid value */
export function readArguments(args: readonly string[]): Arguments {
  const options = {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    users: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    against: { type: 'string' },
    save: { type: 'string' },
  } as const satisfies ParseArgsOptionsConfig;
  const { only, against, save, ...numbers } = parseArgs({ args: [...args], options }).values;
  return {
    rounds: positive('rounds', numbers.rounds),
    seconds: positive('seconds', numbers.seconds),
    users: positive('users', numbers.users),
    chosen: only?.split(',').map(known) ?? (against === undefined ? DEFAULT : []),
    against,
    save,
  };
}

/** @throws {Error} */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new Error(`--${name} cannot be ${text}`);
  return value;
}

function known(name: string): Measurement {
  const measurement = MEASUREMENTS.find((candidate) => candidate === name);
  if (!measurement) throw new Error(`--only cannot be ${name}`);
  return measurement;
}

const EX_USAGE = 64;

/** Reads the arguments of this process. Ends it after `--help` and after a wrong option. */
export function readOrExit<T>(usage: string, read: (args: readonly string[]) => T): T {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return read(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(EX_USAGE);
  }
}
