import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_IDENTITY } from '@user-management/infra';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logs, openScene, type Scene, untilExit, untilHealthy } from './containers.ts';
import { docker, ROOT } from './docker.ts';
import { TAG, VERSION } from './image.ts';

interface Config {
  readonly User: string;
  readonly Cmd: readonly string[];
  readonly Entrypoint: readonly string[] | null;
  readonly Healthcheck: { readonly Test: readonly string[] };
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal: string;
  readonly ExposedPorts: object;
}

const inspect = async (): Promise<Config> =>
  JSON.parse(await docker('image', 'inspect', '--format={{json .Config}}', TAG)) as Config;

/** Runs a program of a few lines in the image. @returns what it wrote */
const inImage = (program: string): Promise<string> => docker('run', '--rm', TAG, 'node', '-e', program);

describe('the image', () => {
  it('has the user and the name of the manifests', async () => {
    const { uid, gid } = SERVICE_IDENTITY;
    expect((await inspect()).User).toBe(`${uid}:${gid}`);
    const manifest = readFileSync(join(ROOT, 'infra/manifests/production/user-management.yml'), 'utf8');
    expect(manifest).toContain(`image: ${TAG}\n`);
  });

  it('starts no shell, neither to run nor to be asked for its health', async () => {
    const { Cmd, Entrypoint, Healthcheck } = await inspect();
    expect(Entrypoint ?? []).toEqual([]);
    expect(Cmd[0]).toBe('node');
    expect(Healthcheck.Test.slice(0, 2)).toEqual(['CMD', 'node']);
  });

  it('says what it is', async () => {
    const { Labels, StopSignal, ExposedPorts } = await inspect();
    expect(Labels).toMatchObject({
      'org.opencontainers.image.title': 'user-management',
      'org.opencontainers.image.version': VERSION,
      'org.opencontainers.image.revision': expect.stringMatching(
        /^([0-9a-f]{40}(-dirty)?|unknown)$/,
      ) as string,
    });
    expect(StopSignal).toBe('SIGTERM');
    expect(ExposedPorts).toEqual({ '8080/tcp': {} });
  });

  it('has a bill of materials that lists every package that is there', async () => {
    const bill = JSON.parse(await inImage('process.stdout.write(fs.readFileSync("/app/sbom.json"))')) as {
      bomFormat: string;
      components: { 'bom-ref': string }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const listed = bill.components.map((component) => component['bom-ref']);
    const installed = await inImage(`
      for (const file of fs.globSync('/app/**/node_modules/{*,@*/*}/package.json')) {
        const { name, version } = JSON.parse(fs.readFileSync(file));
        console.log(name + '@' + version);
      }`);
    expect([...new Set(installed.split('\n'))].filter((each) => !listed.includes(each))).toEqual([]);
    expect(listed).toContainEqual(expect.stringMatching(/^argon2@/));
  });

  it('has neither what only development needs nor tests', async () => {
    const files = await inImage(`
      const unwanted = '/app/{node_modules/{vitest,typescript,nx,eslint},{domain,{adapters,apps,tools}/*}/src/**/*.test.ts,infra,.git}';
      console.log(fs.globSync(unwanted).join())`);
    expect(files).toBe('');
  });

  it('has an argon2 of its own making and none of those that come with the package', async () => {
    const libraries = await inImage(`console.log(fs.globSync('/app/node_modules/argon2/**/*.node').join())`);
    expect(libraries).toBe('/app/node_modules/argon2/build/Release/argon2.node');
  });
});

describe('a container', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene.close());

  it('ends with 0 when it is stopped', async () => {
    const container = await scene.start();
    await untilHealthy(container);
    await docker('stop', container);
    expect(await untilExit(container)).toBe(0);
  });

  it('ends with 69 and a reason where there is no Redis', async () => {
    const container = await scene.start({ REDIS_HOST: 'nowhere.invalid' });
    expect(await untilExit(container)).toBe(69);
    expect(await logs(container)).toContain('nowhere.invalid');
  });

  it('ends with 78 and every problem where the settings are wrong', async () => {
    const container = await scene.start({ PORT: 'a', REDIS_CACHE_TTL: 'b' });
    expect(await untilExit(container)).toBe(78);
    expect(await logs(container)).toMatch(/PORT[^]*REDIS_CACHE_TTL/);
  });

  // Other architectures have no levels.
  it.runIf(process.arch === 'x64')('says at the start that its CPU is too old', async () => {
    const library = '/app/node_modules/argon2/build/Release/argon2.node';
    const folder = mkdtempSync(join(tmpdir(), 'image-'));
    const demanding = join(folder, 'argon2.node');
    await docker('cp', `${await scene.start()}:${library}`, demanding);
    writeFileSync(demanding, demandMore(readFileSync(demanding)));
    const container = await scene.start({}, `--volume=${demanding}:${library}:ro`);
    expect(await untilExit(container)).not.toBe(0);
    expect(await logs(container)).toContain(
      'this CPU is older than the one that the library was compiled for',
    );
    rmSync(folder, { recursive: true });
  });
});

/**
 * The library, asking for a CPU level that does not exist yet (GNU_PROPERTY_X86_ISA_1_NEEDED, x86-64 psABI).
 */
function demandMore(library: Buffer): Buffer {
  const property = Buffer.from([0x02, 0x80, 0x00, 0xc0, 4, 0, 0, 0]);
  const levels = library.indexOf(property) + property.length;
  expect(levels).toBeGreaterThan(property.length);
  library.writeUInt32LE(library.readUInt32LE(levels) | 0x8000, levels);
  return library;
}
