import { endLike, runHere } from './child.mjs';
import { installMissing } from './install.mjs';
import { ROOT } from './root.mjs';

// `node run.mjs SCRIPT …`: installs missing packages, then runs the script with the Node of the workspace,
// which runs TypeScript.
await installMissing(ROOT);
endLike(await runHere('node', process.argv.slice(2)));
