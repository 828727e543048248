import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProjectGraphAsync, workspaceRoot } from '@nx/devkit';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** Lints code without a file. Rules with types would ask the compiler for the file, so they are off. */
const eslint = new ESLint({
  cwd: workspaceRoot,
  overrideConfig: tseslint.configs.disableTypeChecked as object,
});

async function faults(file: string, imported: string): Promise<string[]> {
  const code = `import { something } from '${imported}';\nexport const used = something;\n`;
  const results = await eslint.lintText(code, { filePath: join(workspaceRoot, file) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

const NX = '@nx/enforce-module-boundaries';
const RESTRICTED = 'no-restricted-imports';
const ROOMS = 'rooms/one-way';

describe('the import rules', () => {
  // The rule reads the last graph that nx wrote, and reports nothing without one.
  beforeAll(() => createProjectGraphAsync(), 30_000);

  it.each([
    ['domain/src/a.ts', '@user-management/memory', NX],
    ['domain/src/a.ts', 'zod', RESTRICTED],
    ['domain/src/a.ts', 'node:crypto', RESTRICTED],
    ['domain/src/a.ts', 'vitest', RESTRICTED],
    ['domain/src/a.test.ts', '@user-management/memory', NX],
    ['domain/src/a.test.ts', 'node:assert', RESTRICTED],
    ['adapters/redis/src/a.ts', '@user-management/sql', NX],
    ['adapters/redis/src/a.ts', '@user-management/memory', NX],
    ['adapters/redis/src/a.ts', '@user-management/settings', NX],
    ['adapters/redis/src/a.ts', '@user-management/servers', NX],
    ['adapters/redis/src/a.ts', '@user-management/service', NX],
    ['adapters/redis/src/a.ts', '../../memory/src/index.ts', NX],
    ['adapters/redis/src/connection/a.ts', '../topology/redis-cluster.ts', ROOMS],
    ['adapters/redis/src/topology/a.ts', '../stores/user-cache.ts', ROOMS],
    ['adapters/redis/src/a.ts', 'kysely', NX],
    ['adapters/redis/src/a.ts', 'tsyringe', RESTRICTED],
    ['adapters/redis/src/a.test.ts', '@user-management/sql', NX],
    ['adapters/settings/src/a.ts', '@user-management/redis', NX],
    ['apps/user-management/src/a.ts', '@user-management/doctor', NX],
    ['apps/user-management/src/a.ts', '@user-management/infra', NX],
    ['apps/user-management/src/a.ts', '@user-management/servers', NX],
    ['infra/src/a.ts', '@user-management/domain', NX],
    ['infra/src/a.ts', '@user-management/redis', NX],
    ['tools/doctor/src/a.ts', 'tsyringe', RESTRICTED],
  ])('forbid that %s imports %s', async (file, imported, rule) => {
    expect(await faults(file, imported)).toContain(rule);
  });

  it.each([
    ['domain/src/a.ts', './b.ts'],
    ['domain/src/a.test.ts', 'vitest'],
    ['adapters/redis/src/a.ts', '@user-management/domain'],
    ['adapters/redis/src/topology/a.ts', '../connection/session.ts'],
    ['adapters/redis/src/connection/a.test.ts', '../stores/user-cache.ts'],
    ['adapters/redis/src/a.ts', 'redis'],
    ['adapters/redis/src/a.ts', 'node:crypto'],
    ['adapters/redis/src/a.test.ts', '@user-management/conformance'],
    ['adapters/redis/src/a.test.ts', '@user-management/memory'],
    ['adapters/redis/src/a.test.ts', '@user-management/servers'],
    ['apps/user-management/src/a.ts', '@user-management/redis'],
    ['apps/user-management/src/a.ts', '@user-management/settings'],
    ['apps/user-management/src/a.ts', 'tsyringe'],
    ['apps/user-management/src/a.test.ts', '@user-management/servers'],
    ['infra/src/a.ts', '@user-management/settings'],
    ['infra/src/a.ts', 'cdk8s'],
    ['tools/doctor/src/a.ts', '@user-management/redis'],
    ['tools/bench/src/a.ts', '@user-management/service'],
  ])('allow that %s imports %s', async (file, imported) => {
    expect(await faults(file, imported)).toEqual([]);
  });
});

describe('the domain’s compiler settings', () => {
  const node = ['process', 'console', 'fetch', 'Buffer', "import('node:fs')"];

  it('do not know the types of Node', () => {
    const output = compileInDomain(node.map((expression) => `export const used = ${expression};\n`));
    for (const index of node.keys()) expect(output).toMatch(new RegExp(`${index}\\.ts.*Cannot find`));
  }, 30_000);
});

/**
 * Compiles these files together with those of the domain, because some of those import the types of vitest.
 */
function compileInDomain(files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'domain-'));
  try {
    for (const [index, text] of files.entries()) writeFileSync(join(folder, `${index}.ts`), text);
    const domain = join(workspaceRoot, 'domain');
    const project = { extends: `${domain}/tsconfig.json`, include: ['*.ts', `${domain}/src`] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    return spawnSync('tsc', ['--project', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
