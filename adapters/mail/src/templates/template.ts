import { OPTIONAL, type Placeholder, type Values } from './placeholders.ts';

/**
 * A text with placeholders (`{{name}}`) and sections (`{{#name}}…{{/name}}`), which are left out while their
 * value is empty. There is nothing else: a template cannot compute.
 */
export interface Template {
  readonly parts: readonly Part[];
  /** The placeholders outside of sections' tags. */
  readonly placeholders: ReadonlySet<Placeholder>;
}

type Part = string | { readonly value: Placeholder } | { readonly section: Placeholder; readonly of: Part[] };

/** Completes "<file> …". */
export interface Parsed {
  readonly template: Template;
  readonly problems: readonly string[];
}

const TAG = /\{\{([^{}]*)\}\}/;
/** A line that has nothing but the tag of a section disappears as a whole. */
const LONELY_TAG = /^[ \t]*(\{\{[#/][^{}]*\}\})[ \t]*\n/gm;

export function parseTemplate(text: string, allowed: readonly Placeholder[]): Parsed {
  const parts: Part[] = [];
  const placeholders = new Set<Placeholder>();
  const problems = new Set<string>();
  let open: { readonly section: Placeholder; readonly of: Part[] } | undefined;
  const known = (name: string): Placeholder | undefined => {
    const found = allowed.find((one) => one === name);
    if (found === undefined) problems.add(unknown(name, allowed));
    return found;
  };
  // `split` with a group gives texts and names in turn.
  const pieces = text.replaceAll(LONELY_TAG, '$1').split(TAG);
  for (const [index, piece] of pieces.entries()) {
    const into = open?.of ?? parts;
    const [, sign = '', name = ''] = /^([#/]?)(.*)$/s.exec(index % 2 === 1 ? piece.trim() : '') ?? [];
    if (index % 2 === 0) {
      const tripled = index + 1 < pieces.length && piece.endsWith('{');
      if (tripled || piece.includes('{{')) problems.add('has {{ without a name and }}.');
      into.push(piece);
    } else if (sign === '') {
      const value = known(name);
      if (value === undefined) continue;
      placeholders.add(value);
      into.push({ value });
    } else if (sign === '#') {
      const section = known(name);
      if (open) problems.add(`has {{#${name}}} inside of {{#${open.section}}}, which is not possible.`);
      if (section === undefined || open) continue;
      if (!OPTIONAL.includes(section)) problems.add(`has {{#${name}}}, but {{${name}}} is never empty.`);
      open = { section, of: [] };
      parts.push(open);
    } else if (open?.section === name) {
      open = undefined;
    } else if (known(name) !== undefined) {
      problems.add(`has {{/${name}}} without {{#${name}}}.`);
    }
  }
  if (open) problems.add(`has {{#${open.section}}} without {{/${open.section}}}.`);
  return { template: { parts, placeholders }, problems: [...problems] };
}

const unknown = (name: string, allowed: readonly Placeholder[]): string =>
  `has the unknown placeholder {{${name}}}. It may have ${allowed.map((one) => `{{${one}}}`).join(', ')}.`;

/** Fills in the values once: a value that looks like a placeholder stays as it is. */
export const render = ({ parts }: Template, values: Values, escape: (value: string) => string): string =>
  renderParts(parts, values, escape);

function renderParts(parts: readonly Part[], values: Values, escape: (value: string) => string): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('value' in part) return escape(values[part.value] ?? '');
      return values[part.section] ? renderParts(part.of, values, escape) : '';
    })
    .join('');
}
