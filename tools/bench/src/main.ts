import { parseArgs } from 'node:util';
import { measureAdmin } from './measurements/measure-admin.ts';
import { measureAgainst } from './measurements/measure-against.ts';
import { measureAttacks } from './measurements/measure-attacks.ts';
import { measureCapacity } from './measurements/measure-capacity.ts';
import { measureCluster } from './measurements/measure-cluster.ts';
import { measureGrowth } from './measurements/measure-growth.ts';
import { measureHashes } from './measurements/measure-hashes.ts';
import { measureImport } from './measurements/measure-import.ts';
import { measureIntrospections } from './measurements/measure-introspections.ts';
import { measureLogins } from './measurements/measure-logins.ts';
import { measureReads } from './measurements/measure-reads.ts';
import { measureRefusals } from './measurements/measure-refusals.ts';
import { measureResets } from './measurements/measure-resets.ts';
import { measureRivals } from './measurements/measure-rivals.ts';
import { measureSessions } from './measurements/measure-sessions.ts';
import { measureSizes } from './measurements/measure-sizes.ts';
import { measureStart } from './measurements/measure-start.ts';
import { measureUnknownEmail } from './measurements/measure-unknown-email.ts';
import { measureWrites } from './measurements/measure-writes.ts';
import { entryOf, machine, save } from './report/history.ts';
import { type Row, table } from './report/table.ts';

/** Without `--only`. */
const DEFAULT = [
  'reads',
  'introspections',
  'logins',
  'sessions',
  'refusals',
  'emails',
  'resets',
  'start',
  'growth',
];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    users: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    against: { type: 'string' },
    save: { type: 'string' },
  },
});
const { against } = values;
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

const measurements: Record<string, () => Promise<Row[]>> = {
  reads: () => measureReads(rounds, seconds),
  introspections: () => measureIntrospections(rounds, seconds),
  cluster: () => measureCluster(rounds, seconds),
  logins: () => measureLogins(rounds, seconds),
  hashes: () => measureHashes(rounds, seconds),
  sessions: () => measureSessions(rounds),
  refusals: () => measureRefusals(rounds, seconds),
  rivals: () => measureRivals(rounds, seconds),
  emails: () => measureUnknownEmail(),
  resets: () => measureResets(),
  start: () => measureStart(rounds),
  growth: () => measureGrowth(Number(values.users), rounds),
  admin: () => measureAdmin(Number(values.users), rounds),
  import: () => measureImport(rounds),
  attacks: () => measureAttacks(),
  writes: () => measureWrites(rounds, seconds),
  sizes: () => measureSizes(Number(values.users)),
  capacity: () => measureCapacity(rounds),
};

process.stdout.write(`${machine()}, Node ${process.version}, ${rounds} rounds\n\n`);
const rows: Row[] = [];
const chosen = values.only?.split(',') ?? (against === undefined ? DEFAULT : []);
for (const name of chosen) {
  const measure = measurements[name];
  if (!measure)
    throw new Error(`--only ${name} is unknown. Choose from ${Object.keys(measurements).join(', ')}.`);
  rows.push(...(await measure()));
}
if (against !== undefined) rows.push(...(await measureAgainst(against, rounds, seconds)));
process.stdout.write(`${table(rows)}\n`);
if (values.save !== undefined) process.stdout.write(`${save(values.save, entryOf(rows, new Date()))}\n`);
