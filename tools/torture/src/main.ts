import { inspect } from 'node:util';
import { startPostgres } from '@user-management/servers';
import { type Arguments, readArguments, USAGE } from './arguments.ts';
import { Statistics } from './oracle/statistics.ts';
import { rounds } from './rounds.ts';
import { summarise } from './summary.ts';
import { torture } from './torture.ts';

const EX_FOUND = 1;
const EX_USAGE = 64;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Ends after the first round with a violation. @returns whether every round kept the promise */
async function run(wanted: Arguments, postgresUrl: string | undefined): Promise<boolean> {
  const statistics = new Statistics();
  let worstMs = 0;
  let isKept = true;
  for (const round of rounds(wanted)) {
    const report = await torture({ ...round, postgresUrl });
    statistics.add(report.statistics);
    worstMs = Math.max(worstMs, report.worstMs);
    isKept = report.violation === undefined;
    print(`${round.store.padEnd(9)} seed ${String(round.seed).padEnd(11)} ${isKept ? 'ok' : 'VIOLATION'}`);
    if (isKept) continue;
    print(`${inspect(report.violation)}\n`);
    print(`Repeat it: npm run torture -- --store ${round.store} --seed ${round.seed}`);
    break;
  }
  print(summarise(statistics, worstMs));
  return isKept;
}

function wantedOrExit(): Arguments {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  try {
    return readArguments(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(EX_USAGE);
  }
}

const wanted = wantedOrExit();
const { minutes, seed, stores } = wanted;
print(`Torture for ${minutes} min, seed ${seed}, stores: ${stores.join(', ')}`);
const postgres = stores.includes('postgres') ? await startPostgres() : undefined;
const isKept = await run(wanted, postgres?.url);
await postgres?.stop();
process.exitCode = isKept ? 0 : EX_FOUND;
