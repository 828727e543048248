import { join } from 'node:path';
import { createProjectGraphAsync, workspaceRoot } from '@nx/devkit';
import { ESLint } from 'eslint';
import ts from 'typescript';
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
  it('know the domain, and not the types of Node', () => {
    const email = "export { parseEmail as used } from './model/email.ts';\n";
    const node = ['process', 'console', 'fetch', 'Buffer', "import('node:fs')"];
    const [ofEmail, ...ofNode] = faultsInDomain([
      email,
      ...node.map((one) => `export const used = ${one};\n`),
    ]);
    expect(ofEmail).toEqual([]);
    for (const [index, one] of node.entries()) {
      expect(ofNode[index], one).toEqual([expect.stringContaining('Cannot find')]);
    }
  }, 30_000);
});

/**
 * What the compiler finds in files of the domain with these texts. It reads all files of the domain, because
 * some import the types of vitest. It checks no other one, because that takes much longer on a busy machine.
 */
function faultsInDomain(texts: readonly string[]): readonly (readonly string[])[] {
  const folder = join(workspaceRoot, 'domain');
  const config = ts.readConfigFile(join(folder, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
  const files = new Map(texts.map((text, n) => [join(folder, `src/compiled-${n}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([...fileNames, ...files.keys()], options, host);
  return [...files.keys()].map((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}
