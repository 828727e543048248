import { parseArgs } from 'node:util';
import { runCommand, say } from './run-command.ts';
import { applySecret, newPassword, secretCommands } from './redis-secret.ts';

// `npm run secret`: prints the commands that create redis-secret in both namespaces; with `-- --apply` it
// creates it itself.
await runCommand((args) => {
  const { values } = parseArgs({ args: [...args], options: { apply: { type: 'boolean', default: false } } });
  const lines = values.apply ? applySecret() : secretCommands(newPassword());
  for (const line of lines) say(line);
  return 0;
});
