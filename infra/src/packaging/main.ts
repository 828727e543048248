import { mkdirSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from './pack.ts';

// `npm run package -w infra`: makes a tarball of the constructs for apps outside of this workspace.
const out = fileURLToPath(new URL('../../dist/', import.meta.url));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
process.stdout.write(`${relative(process.cwd(), pack(out))}\n`);
