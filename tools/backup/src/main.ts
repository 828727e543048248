import { parseArgs } from 'node:util';
import { readSettings } from '@user-management/settings';
import { backUp, restore } from './commands.ts';
import { userStore } from './open-user-store.ts';

const EX_USAGE = 64;
const USAGE = `usage: npm run backup -- FILE
       npm run restore -- FILE [--replace]

  --replace  replaces the users that the store holds

DATABASE_URL names the store, as for the service. Both end with 0, with 1 when something failed, and with 64
for a wrong option.
`;

const { positionals, values } = options();
const [command, file, ...rest] = positionals;
if (values.help) process.stdout.write(USAGE);
else if (file === undefined || rest.length > 0) endWithUsage('Name one file.');
else await run(file);

async function run(path: string): Promise<void> {
  try {
    const store = userStore(readSettings(process.env).database);
    const told =
      command === 'restore' ? await restore(store, path, values.replace) : await backUp(store, path);
    process.stdout.write(`${told}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function options() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ allowPositionals: true, options: { replace: flag, help: flag } });
  } catch (error) {
    return endWithUsage((error as Error).message);
  }
}

function endWithUsage(problem: string): never {
  process.stderr.write(`${problem}\n${USAGE}`);
  process.exit(EX_USAGE);
}
