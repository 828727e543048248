import { type Measurement, readArguments, readOrExit, USAGE } from './arguments.ts';
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

const { rounds, seconds, users, chosen, against, save: history } = readOrExit(USAGE, readArguments);

const measurements: Record<Measurement, () => Promise<Row[]>> = {
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
  growth: () => measureGrowth(users, rounds),
  admin: () => measureAdmin(users, rounds),
  import: () => measureImport(rounds),
  attacks: () => measureAttacks(),
  writes: () => measureWrites(rounds, seconds),
  sizes: () => measureSizes(users),
  capacity: () => measureCapacity(rounds),
};

process.stdout.write(`${machine()}, Node ${process.version}, ${rounds} rounds\n\n`);
const rows: Row[] = [];
for (const name of chosen) rows.push(...(await measurements[name]()));
if (against !== undefined) rows.push(...(await measureAgainst(against, rounds, seconds)));
process.stdout.write(`${table(rows)}\n`);
if (history !== undefined) process.stdout.write(`${save(history, entryOf(rows, new Date()))}\n`);
