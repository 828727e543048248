import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_IDENTITY } from '@user-management/infra';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { logs, openScene, type Scene, untilExit, untilHealthy } from './containers.ts';
import { docker, ROOT } from './docker.ts';
import { tagOf, TARGETS, VERSION } from './image.ts';

interface Config {
  readonly User: string;
  readonly Cmd: readonly string[];
  readonly Entrypoint: readonly string[] | null;
  readonly Healthcheck: { readonly Test: readonly string[] };
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal: string;
  readonly ExposedPorts: object;
}

describe.each(TARGETS)('the %s image', (target) => {
  const tag = tagOf(target);

  const inspect = async (): Promise<Config> =>
    JSON.parse(await docker('image', 'inspect', '--format={{json .Config}}', tag)) as Config;

  /** Runs a short program in the image. @returns its output */
  const inImage = (program: string): Promise<string> => docker('run', '--rm', tag, 'node', '-e', program);

  it('has the user of the manifests', async () => {
    const { uid, gid } = SERVICE_IDENTITY;
    expect((await inspect()).User).toBe(`${uid}:${gid}`);
  });

  it('starts without a shell, and checks its health without a shell or Node', async () => {
    const { Cmd, Entrypoint, Healthcheck } = await inspect();
    expect(Entrypoint ?? []).toEqual([]);
    expect(Cmd[0]).toBe('node');
    expect(Healthcheck.Test).toEqual(['CMD', 'health']);
  });

  it('has labels with its name, version and origin', async () => {
    const { Labels, StopSignal, ExposedPorts } = await inspect();
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': 'user-management',
      'org.opencontainers.image.version': VERSION,
      'org.opencontainers.image.revision': expect.stringMatching(
        /^([0-9a-f]{40}(-dirty)?|unknown)$/,
      ) as string,
      'org.opencontainers.image.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
    expect(StopSignal).toBe('SIGTERM');
    expect(ExposedPorts).toEqual({ '8080/tcp': {}, '8081/tcp': {} });
  });

  it('has the packages with native libraries in one layer and the bundle in the next', async () => {
    const history = await docker('history', '--no-trunc', '--format={{.CreatedBy}}', tag);
    const layers = history.split('\n').filter((line) => line.includes(' in /app'));
    expect(layers).toHaveLength(2);
  });

  it('has a bill of materials that lists every package, installed or in the bundle', async () => {
    const bill = JSON.parse(await inImage('process.stdout.write(fs.readFileSync("/app/sbom.json"))')) as {
      bomFormat: string;
      components: { 'bom-ref': string }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const listed = bill.components.map((component) => component['bom-ref']);
    const installed = await inImage(`
      for (const file of fs.globSync('/app/**/node_modules/{*,@*/*}/package.json')) {
        const { name, version } = JSON.parse(fs.readFileSync(file));
        if (version) console.log(name + '@' + version);
      }`);
    const licenses = await inImage(
      'process.stdout.write(fs.readFileSync("/app/THIRD-PARTY-LICENSES", "utf8"))',
    );
    const bundled = Array.from(licenses.matchAll(/^== (\S+@\S+) /gm), ([, name = '']) => name);
    expect(bundled).toContainEqual(expect.stringMatching(/^koa@/));
    const inside = new Set([...installed.split('\n'), ...bundled]);
    expect([...inside].filter((each) => !listed.includes(each))).toEqual([]);
    expect(listed).toContainEqual(expect.stringMatching(/^argon2@/));
  });

  it('has no sources, and only packages with native libraries and what these need', async () => {
    expect(await inImage(`console.log(fs.globSync('/app/**/*.ts').join())`)).toBe('');
    const packages = await inImage(`console.log(fs.readdirSync('/app/node_modules').join())`);
    expect(packages.split(',').sort()).toEqual(['@phc', 'argon2', 'bcrypt', 'node-gyp-build']);
  });

  it('translates the frames of a stack to the lines of the sources', async () => {
    const line = await inImage(`
      const lines = fs.readFileSync('/app/service.cjs', 'utf8').split('\\n');
      console.log(lines.findIndex((text) => text.includes('does not start: ')) + 1)`);
    const frame = await docker('run', '--rm', tag, 'node', 'where.cjs', `/app/service.cjs:${line}:5`);
    expect(frame).toMatch(/^\/app\/apps\/user-management\/src\/main\.ts:\d+$/);
  });

  it('has its own builds of argon2, and none of the prebuilt binaries', async () => {
    const libraries = await inImage(`
      console.log(fs.globSync('/app/node_modules/argon2/**/*.node').sort().join('\\n'))`);
    const levels = process.arch === 'x64' ? [FASTER_LIBRARY] : [];
    expect(libraries.split('\n')).toEqual([LIBRARY, ...levels]);
  });

  it('adds less than 15 MB to the base', async () => {
    const bytes = await inImage(`
      const size = (file) => fs.lstatSync(file).size;
      const ours = fs.globSync('/app/**', { exclude: [] }).concat('/usr/local/bin/health');
      console.log(ours.reduce((sum, file) => sum + size(file), 0))`);
    expect(Number(bytes)).toBeLessThan(15e6);
  });
});

it('has the name in the manifests', () => {
  const manifest = readFileSync(join(ROOT, 'infra/manifests/production/user-management.yml'), 'utf8');
  expect(manifest).toContain(`image: ${tagOf('distroless')}\n`);
});

it('has only Node and the health check as programs in the distroless image', async () => {
  const program = `
    const isProgram = (file) => fs.statSync(file).isFile() && (fs.statSync(file).mode & 0o111);
    const found = fs.globSync('/{bin,sbin,usr/**,opt/**,app/node_modules/.bin}/*')
      .filter((file) => isProgram(file) && !/\\.so/.test(file));
    console.log(found.sort().join())`;
  const programs = await docker('run', '--rm', tagOf('distroless'), 'node', '-e', program);
  expect(programs).toBe('/usr/local/bin/health,/usr/local/bin/node');
});

describe.each(TARGETS)('a container of the %s image', (target) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(target);
  });
  afterAll(() => scene.close());

  it('ends with 0 when it is stopped', async () => {
    const container = await scene.start();
    await untilHealthy(container);
    await docker('stop', container);
    expect(await untilExit(container)).toBe(0);
  });

  it('ends with 69 and the reason when there is no Redis', async () => {
    const container = await scene.start({ REDIS_HOST: 'nowhere.invalid' });
    expect(await untilExit(container)).toBe(69);
    expect(await logs(container)).toContain('nowhere.invalid');
  });

  it('ends with 78 and lists every problem when the settings are wrong', async () => {
    const container = await scene.start({ PORT: 'a', REDIS_CACHE_TTL: 'b' });
    expect(await untilExit(container)).toBe(78);
    expect(await logs(container)).toMatch(/PORT[^]*REDIS_CACHE_TTL/);
  });

  // Other architectures have no CPU levels.
  it.runIf(process.arch === 'x64')('reports at the start that its CPU is too old', async () => {
    const demanding = await demandingLibrary(scene);
    const mounts = [LIBRARY, FASTER_LIBRARY].map((library) => `--volume=${demanding}:${library}:ro`);
    const container = await scene.start({}, ...mounts);
    expect(await untilExit(container)).not.toBe(0);
    expect(await logs(container)).toContain(
      'this CPU is older than the one that the library was compiled for',
    );
  });

  it.runIf(process.arch === 'x64')('takes the build of argon2 that its CPU can run', async () => {
    const container = await scene.start({}, `--volume=${await demandingLibrary(scene)}:${FASTER_LIBRARY}:ro`);
    await untilHealthy(container);
    expect(await logs(container)).toContain('"argon2":"default"');
  });
});

const LIBRARY = '/app/node_modules/argon2/build/Release/argon2.node';
const FASTER_LIBRARY = '/app/node_modules/argon2/x86-64-v3/build/Release/argon2.node';

/** @returns the path of a library that no CPU can run. */
async function demandingLibrary(scene: Scene): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const library = join(folder, 'argon2.node');
  await docker('cp', `${await scene.start()}:${LIBRARY}`, library);
  writeFileSync(library, demandMore(readFileSync(library)));
  return library;
}

/**
 * Makes the library require a CPU level that does not exist (GNU_PROPERTY_X86_ISA_1_NEEDED, x86-64 psABI).
 */
function demandMore(library: Buffer): Buffer {
  const property = Buffer.from([0x02, 0x80, 0x00, 0xc0, 4, 0, 0, 0]);
  const levels = library.indexOf(property) + property.length;
  expect(levels).toBeGreaterThan(property.length);
  library.writeUInt32LE(library.readUInt32LE(levels) | 0x8000, levels);
  return library;
}
