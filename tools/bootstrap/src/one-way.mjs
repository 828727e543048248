import { arrow, arrowsIn, isTest, way } from './arrows.mjs';

/** Looking for the changed files of a package takes too long to repeat it for every file. */
const FRESH_MS = 2_000;

/** @type {Map<string, { at: number, arrows: import('./arrows.mjs').Arrows }>} */
const known = new Map();

/** @param {string} sources */
function arrowsOf(sources) {
  const cached = known.get(sources);
  if (cached && performance.now() - cached.at < FRESH_MS) return cached.arrows;
  const arrows = arrowsIn(sources);
  known.set(sources, { at: performance.now(), arrows });
  return arrows;
}

/**
 * Forbids circles of imports between the files and folders of one folder.
 * @type {import('eslint').Rule.RuleModule}
 */
export const oneWay = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      circle: 'Imports between the rooms of a package go one way. This one closes a circle: {{circle}}.',
    },
  },
  /** @returns {import('eslint').Rule.RuleListener} */
  create(context) {
    const [, sources, file] = /^(.*\/src)\/(.*)$/.exec(context.filename.replaceAll('\\', '/')) ?? [];
    if (!sources || !file || isTest(file)) return {};
    /** @param {{ source?: import('estree').Expression | null | undefined }} node */
    const check = ({ source }) => {
      if (source?.type !== 'Literal' || !String(source.value).startsWith('.')) return;
      const found = arrow(file, String(source.value));
      const back = found && way(arrowsOf(sources), found.folder, found.to, found.from);
      if (!back) return;
      context.report({
        node: source,
        messageId: 'circle',
        data: { circle: [found.from, ...back].join(' → ') },
      });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
