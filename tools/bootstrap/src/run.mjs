import { endLike, runHere } from './child.mjs';
import { installMissing } from './install.mjs';
import { ROOT } from './root.mjs';

// `node run.mjs SCRIPT …`: installs what is missing, then runs the script with the workspace's own Node,
// which knows TypeScript.
await installMissing(ROOT);
endLike(await runHere('node', process.argv.slice(2)));
