import { endLike, run } from './child.mjs';
import { installMissing } from './install.mjs';
import { ROOT } from './root.mjs';

// `node run.mjs SCRIPT …`: installs what is missing, then runs the script with the workspace's own Node, which knows TypeScript.
installMissing(ROOT);
endLike(await run('node', process.argv.slice(2)));
