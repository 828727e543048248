import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { ROOT } from './root.mjs';

/** @typedef {Extract<import('eslint').Linter.Parser, { parseForESLint: unknown }>} Parser */

// `node check-code.mjs`: checks the types of the workspace as `tsc --project .` does, and runs ESLint on it.
// Both need the types of all sources and packages, so they share one TypeScript program.
const workspace = programOf('tsconfig.json');
const typeErrors = [...errorsIn(programOf('domain/tsconfig.json')), ...errorsIn(workspace)];
process.stdout.write(ts.formatDiagnosticsWithColorAndContext(typeErrors, ts.createCompilerHost({})));

// In any program but ESLint's own, the rule for boundaries reads the project graph again for each file, as an
// editor needs it.
process.argv[1] = join(ROOT, 'node_modules/.bin/eslint');
const eslint = new ESLint({
  cwd: ROOT,
  cache: true,
  cacheStrategy: 'content',
  cacheLocation: join(ROOT, 'node_modules/.cache/eslint/'),
  overrideConfig: { languageOptions: { parser: parserOver(workspace.getProgram()) } },
});
const results = await eslint.lintFiles('.');
const formatter = await eslint.loadFormatter();
process.stdout.write(await formatter.format(results));

const isClean = results.every(({ errorCount, warningCount }) => errorCount + warningCount === 0);
process.exitCode = typeErrors.length === 0 && isClean ? 0 : 1;

/**
 * An incremental program reads what the last run has written.
 * @param {string} configuration
 */
function programOf(configuration) {
  const parsed = ts.getParsedCommandLineOfConfigFile(join(ROOT, configuration), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic({ messageText }) {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  });
  if (!parsed) throw new Error(`${configuration} cannot be read.`);
  const { fileNames: rootNames, options, errors: configFileParsingDiagnostics } = parsed;
  return ts.createIncrementalProgram({ rootNames, options, configFileParsingDiagnostics });
}

/** @param {ts.EmitAndSemanticDiagnosticsBuilderProgram} program */
function errorsIn(program) {
  const errors = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ];
  // Writes no code, but what the next run reads.
  program.emit();
  return ts.sortAndDeduplicateDiagnostics(errors);
}

/** @param {ts.Program} program @returns {Parser} */
function parserOver(program) {
  const parser = /** @type {Parser} */ (tseslint.parser);
  return {
    ...parser,
    parseForESLint: (code, options) =>
      parser.parseForESLint(code, { ...options, projectService: false, programs: [program] }),
  };
}
