import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { keepPlaces } from './keep-places.ts';
import { fewCommands } from './few-commands.ts';
import { fewTypes } from './few-types.ts';
import { leaveOut } from './leave-out.ts';
import { licensesOf } from './licenses.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The programs of the image. */
const PROGRAMS = {
  service: 'apps/user-management/src/main.ts',
  doctor: 'tools/doctor/src/main.ts',
  'check-settings': 'tools/image/src/check-settings.ts',
  'make-passwords': 'tools/image/src/make-passwords.ts',
  where: 'tools/bundle/src/where.ts',
};

/** Packages with native libraries. They look for these beside their own files. */
const NATIVE = ['argon2', 'bcrypt'];

/** pg asks for these, and does without. */
const ABSENT = ['pg-native', 'pg-cloudflare'];

/** What packages load at once, and the programs do not use. */
const UNUSED = [
  /\/@opentelemetry\/api\//,
  /\/@redis\/client\/dist\/lib\/command-metadata\/index\.js$/,
  /\/pino\/lib\/transport\.js$/,
  /\/prom-client\/lib\/(cluster|pushgateway|summary)\.js$/,
];

/** The files that the programs read, in the places where they look for them. */
const FILES = [
  'package.json',
  'LICENSE',
  'adapters/mail/templates',
  'adapters/passwords/src/common-passwords.txt',
];

/**
 * Writes each program as one file, and what it loads on demand as others. Source maps name the sources. The
 * licenses of all packages inside are in `THIRD-PARTY-LICENSES`.
 */
export async function bundle(
  folder: string,
  programs: Readonly<Record<string, string>> = PROGRAMS,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const modules = new Set<string>();
  for (const [name, source] of Object.entries(programs)) {
    for (const chunk of await chunksOf(name, join(ROOT, source))) {
      for (const id of chunk.moduleIds) modules.add(id);
      await writeFile(join(folder, chunk.fileName), ascii(chunk.code));
      if (chunk.map) await writeFile(join(folder, `${chunk.fileName}.map`), JSON.stringify(chunk.map));
    }
  }
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await licensesOf(modules));
  for (const file of FILES) await cp(join(ROOT, file), join(folder, file), { recursive: true });
}

/** As `bundle`, for the service alone. */
export const bundleService = (folder: string): Promise<void> => bundle(folder, { service: PROGRAMS.service });

async function chunksOf(name: string, input: string): Promise<OutputChunk[]> {
  const build = await rolldown({
    input: { [name]: input },
    cwd: ROOT,
    platform: 'node',
    external: [...NATIVE, ...ABSENT],
    resolve: {
      alias: {
        redis: join(import.meta.dirname, 'redis.ts'),
        // For Node, it asks for a stack wherever it loads, and V8 counts the lines of the bundle for that.
        depd: join(ROOT, 'node_modules/depd/lib/browser/index.js'),
        // Its UMD file hides what it requires.
        'jsonc-parser': join(ROOT, 'node_modules/jsonc-parser/lib/esm/main.js'),
      },
    },
    plugins: [keepPlaces(ROOT), fewCommands(), fewTypes(), leaveOut(UNUSED)],
    // `depd` has an eval. `keepPlaces` moves columns and no lines. Some modules are imported both ways.
    checks: { eval: false, sourcemapBroken: false, ineffectiveDynamicImport: false },
  });
  const { output } = await build.generate({
    // An ES module that imports `node:http` reads all its exports, and one of them loads Node's `fetch`.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: `${name}-[name].cjs`,
    // V8 keeps the source in memory. Its licenses are in a file of their own.
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: (path, map) => relative(ROOT, resolve(dirname(map), path)),
  });
  return output.filter((file) => file.type === 'chunk');
}

/** V8 keeps a source of other characters with two bytes for each. */
const ascii = (code: string): string =>
  code.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
