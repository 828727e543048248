import { bundle } from './bundle.ts';

// `node tools/bundle/src/main.ts FOLDER`: writes what runs in the image, without the packages with native
// libraries.
const [, , folder] = process.argv;
if (folder === undefined) throw new Error('usage: node tools/bundle/src/main.ts FOLDER');
await bundle(folder);
