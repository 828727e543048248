import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SETTINGS = '@user-management/settings';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;

/** The library and its app must share one copy of these. */
const PEERS: readonly string[] = ['cdk8s', 'constructs'];

/**
 * Builds the constructs to JavaScript with declarations, because Node strips no types below `node_modules`.
 * The package of the settings is included, because it is not in a registry.
 * @param out an empty folder
 * @returns the path of the tarball
 */
export function pack(out: string): string {
  const library = join(out, 'package');
  const settings = join(library, 'node_modules', SETTINGS);
  build('adapters/settings', settings, {});
  build('infra', library, { [SETTINGS]: [join(settings, 'dist/index.d.ts')] });
  copyScripts(join(library, 'dist'));
  cpSync(join(ROOT, 'infra/environment.schema.json'), join(library, 'environment.schema.json'));
  cpSync(join(ROOT, 'LICENSE'), join(library, 'LICENSE'));
  writePackage(settings, manifestOf('adapters/settings'), {});
  writePackage(library, manifestOf('infra'), extras(manifestOf('infra')));
  const packed = run('npm', ['pack', '--json', '--pack-destination', out], library);
  const [{ filename } = { filename: '' }] = JSON.parse(packed) as { filename: string }[];
  return join(out, filename);
}

function build(source: string, target: string, paths: Readonly<Record<string, readonly string[]>>): void {
  mkdirSync(target, { recursive: true });
  const project = join(target, 'tsconfig.json');
  const folder = join(ROOT, source, 'src');
  const options = {
    ...{ noEmit: false, declaration: true, rewriteRelativeImportExtensions: true, incremental: false },
    ...{
      rootDir: folder,
      outDir: join(target, 'dist'),
      paths,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
  };
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.base.json'),
      files: [join(folder, 'index.ts')],
      compilerOptions: options,
    }),
  );
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', project], ROOT);
  rmSync(project);
}

/** Copies the files that the sources read at run time. */
function copyScripts(dist: string): void {
  const sources = join(ROOT, 'infra/src');
  for (const script of globSync('charts/**/*.sh', { cwd: sources })) {
    mkdirSync(dirname(join(dist, script)), { recursive: true });
    cpSync(join(sources, script), join(dist, script));
  }
}

function extras({ dependencies }: Manifest): object {
  const pick = (isPeer: boolean) =>
    Object.fromEntries(Object.entries(dependencies).filter(([name]) => PEERS.includes(name) === isPeer));
  return {
    description:
      'cdk8s constructs for the user management service: the service, Redis, PostgreSQL, monitoring, ' +
      'secrets.',
    dependencies: pick(false),
    peerDependencies: pick(true),
    bundleDependencies: [SETTINGS],
    files: ['dist', 'environment.schema.json'],
  };
}

function writePackage(folder: string, { name, license }: Manifest, more: object): void {
  const { version } = manifestOf('.');
  const exported = { types: './dist/index.d.ts', default: './dist/index.js' };
  const exports =
    name === SETTINGS
      ? { '.': exported }
      : { '.': exported, './environment.schema.json': './environment.schema.json' };
  const text = JSON.stringify({ name, version, license, type: 'module', exports, ...more }, null, 2);
  writeFileSync(join(folder, 'package.json'), `${text}\n`);
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  return stdout;
}
