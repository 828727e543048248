import { dirname, relative } from 'node:path';
import type { Plugin } from 'rolldown';

/** Sources find files through their own place. In the bundle they have the same place below its folder. */
export const keepPlaces = (root: string): Plugin => ({
  name: 'keep-places',
  transform: {
    filter: { id: { include: `${root}/**`, exclude: /\/node_modules\// }, code: 'import.meta.' },
    handler(code, id) {
      const path = relative(root, id);
      return code
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(path)}, import.meta.url).href`)
        .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(path)}`)})`);
    },
  },
});
