import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MailKind } from '@user-management/domain';
import { codeOf, InvalidTemplates } from './invalid-templates.ts';
import { KINDS, type Rules, RULES } from './placeholders.ts';
import type { Template } from './template.ts';
import { readHtml, readSubjectAndText } from './template-file.ts';

/** The templates of one kind of mail. */
export interface MailTemplate {
  readonly subject: Template;
  readonly text: Template;
  readonly html: Template;
}

interface TemplateOptions {
  /** Its files replace the built-in templates of the same name. */
  readonly folder?: string | undefined;
  /** The kinds that have a link. */
  readonly linked: readonly MailKind[];
}

const BUILT_IN = fileURLToPath(new URL('../../templates', import.meta.url));
const NAMES = KINDS.flatMap((kind) => [`${kind}.txt`, `${kind}.html`]);

/** @throws {InvalidTemplates} with the problems of all files */
export function readTemplates({ folder, linked }: TemplateOptions): ReadonlyMap<MailKind, MailTemplate> {
  const problems: string[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InvalidTemplates)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const own = folder === undefined ? [] : (attempt(() => namesIn(folder)) ?? []);
  const pathOf = (name: string): string => join(own.includes(name) && folder ? folder : BUILT_IN, name);
  const templates = new Map<MailKind, MailTemplate>();
  for (const kind of KINDS) {
    const rules = rulesOf(kind, linked.includes(kind));
    const text = attempt(() => readSubjectAndText(pathOf(`${kind}.txt`), rules));
    const html = attempt(() => readHtml(pathOf(`${kind}.html`), rules));
    if (text && html) templates.set(kind, { ...text, html });
  }
  const strange = own.filter((name) => !NAMES.includes(name));
  if (strange.length > 0) problems.push(notTemplates(folder ?? '', strange));
  if (problems.length > 0) throw new InvalidTemplates(problems);
  return templates;
}

/** A link that no mail shows would be a mistake in the settings. */
function rulesOf(kind: MailKind, linked: boolean): Rules {
  const { allowed, required } = RULES[kind];
  return { allowed, required: linked ? [...required, 'link'] : required };
}

function namesIn(folder: string): readonly string[] {
  try {
    // Kubernetes adds hidden names to the folder of a ConfigMap.
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (error) {
    throw new InvalidTemplates([`${folder} cannot be read (${codeOf(error)}). It must be a folder.`]);
  }
}

const notTemplates = (folder: string, names: readonly string[]): string =>
  `${folder} has files that replace no template: ${names.join(', ')}. The names are ${NAMES.join(', ')}.`;
