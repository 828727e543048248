import nx from '@nx/eslint-plugin';
import js from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import { oneWay } from '@user-management/bootstrap/one-way';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.test.ts', '**/*.test.mjs', '**/testing/**'];

/**
 * Who may import whom. `for:tests` marks packages that tests of every layer may use: the ports in memory,
 * real servers. What a package imports from the registry has to be in its own package.json (or the root's).
 * @param {string[]} also tags that are allowed on top
 * @returns {['error', object]}
 */
const boundaries = (...also) => [
  'error',
  {
    banTransitiveDependencies: true,
    depConstraints: [
      { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: [] },
      { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:domain', ...also] },
      { sourceTag: 'layer:settings', onlyDependOnLibsWithTags: ['layer:domain', ...also] },
      {
        sourceTag: 'layer:app',
        onlyDependOnLibsWithTags: ['layer:domain', 'layer:adapter', 'layer:settings', ...also],
      },
      { sourceTag: 'layer:infra', onlyDependOnLibsWithTags: ['layer:settings', ...also] },
      { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['*'] },
    ],
  },
];

const CONTAINER = ['tsyringe', 'reflect-metadata'].map((name) => ({
  name,
  message: 'Parts are put together in apps alone.',
}));

// Its types were written for an older ESLint, which it does not need.
const nxPlugin = /** @type {import('eslint').ESLint.Plugin} */ (/** @type {unknown} */ (nx));

/** @param {string} message @param {string[]} allowed */
const nothingBut = (message, ...allowed) => ({
  regex: `^(?!\\.\\.?/${allowed.map((name) => `|${name}$`).join('')})`,
  message,
});

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '**/coverage/', '.nx/', 'data/', 'infra/manifests/'] },
  // Its packages are installed on demand, so their types are unknown.
  { ignores: ['tools/bench/rivals/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@nx': nxPlugin, '@stylistic': stylistic, rooms: { rules: { 'one-way': oneWay } } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      'rooms/one-way': 'error',
      'no-restricted-imports': ['error', { paths: CONTAINER }],
      // Prettier wraps code. Comments, strings and templates are wrapped by hand. An import cannot be.
      '@stylistic/max-len': [
        'error',
        { code: 110, ignoreUrls: true, ignoreRegExpLiterals: true, ignorePattern: "^import .* from '" },
      ],
      'no-console': 'error',
      // The compiler does that, in JavaScript as well.
      'no-undef': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // An empty string, as environments and forms have it, often counts as nothing.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // Code points are what lengths are counted in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
    },
  },
  {
    // The rules do not see the casts that JSDoc makes, which the compiler checks.
    files: ['**/*.mjs', '**/*.js'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  { files: TESTS, rules: { '@nx/enforce-module-boundaries': boundaries('for:tests') } },
  { files: ['apps/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['domain/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [nothingBut('The domain depends on nothing.')] }],
    },
  },
  {
    files: ['domain/**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [nothingBut('Beside the domain, vitest and fast-check alone.', 'vitest', 'fast-check')] },
      ],
    },
  },
);
