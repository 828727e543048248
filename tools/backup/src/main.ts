import { parseArgs } from 'node:util';
import { readSettings } from '@user-management/settings';
import { backUp, Refused, restore } from './commands.ts';
import { userStore } from './open-user-store.ts';

// `npm run backup -- FILE` and `npm run restore -- FILE [--replace]`, for the store that DATABASE_URL names.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { replace: { type: 'boolean', default: false } },
});
const [command, file, ...rest] = positionals;
try {
  if (file === undefined || rest.length > 0) throw new Refused('Name one file.');
  const store = userStore(readSettings(process.env).database);
  const told = command === 'restore' ? await restore(store, file, values.replace) : await backUp(store, file);
  process.stdout.write(`${told}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
