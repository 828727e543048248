import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

/** What the client uses of the list of commands: `commands_1.default.AUTH`. */
const USE = /\bcommands_1\.default\.(\w+)/g;

/**
 * Redis' client lists about 400 commands, each a module, to make methods of them. The service sends commands
 * by their names instead. This keeps those that the client itself sends to log in.
 */
export const fewCommands = (): Plugin => ({
  name: 'few-commands',
  transform: {
    filter: { id: /\/@redis\/client\/dist\/lib\/commands\/index\.js$/ },
    handler(_, id) {
      const commands = commandsUsedIn(join(dirname(id), '../client'));
      if (!commands.has('AUTH')) throw new Error(`${id}: the client names no commands of its list.`);
      const lines = Array.from(commands, (name) => `exports.default.${name} = require('./${name}').default;`);
      return ['exports.__esModule = true;', 'exports.default = {};', ...lines].join('\n');
    },
  },
});

function commandsUsedIn(folder: string): Set<string> {
  const sources = readdirSync(folder).filter((file) => file.endsWith('.js'));
  const uses = sources.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(USE)]);
  return new Set(uses.flatMap(([, name]) => name ?? []));
}
