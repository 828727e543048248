import { readFileSync } from 'node:fs';
import { codeOf, InvalidTemplates } from './invalid-templates.ts';
import { NOT_IN_SUBJECT, type Rules } from './placeholders.ts';
import { parseTemplate, type Template } from './template.ts';

/** Gmail cuts off what is longer than 102 KB. */
const LONGEST = 65_536;

/** @throws {InvalidTemplates} */
export function readHtml(path: string, { allowed, required }: Rules): Template {
  const html = parseTemplate(readText(path), allowed);
  check(path, [...html.problems, ...missing(html.template, required)]);
  return html.template;
}

/** The first line is the subject, and the second one is empty. @throws {InvalidTemplates} */
export function readSubjectAndText(
  path: string,
  { allowed, required }: Rules,
): { readonly subject: Template; readonly text: Template } {
  const [first = '', second = '', ...rest] = readText(path).split('\n');
  const subject = parseTemplate(first, allowed);
  const text = parseTemplate(rest.join('\n'), allowed);
  const shown = NOT_IN_SUBJECT.filter((name) => subject.template.placeholders.has(name));
  check(path, [
    ...new Set([
      ...subject.problems,
      ...shown.map((name) => `has {{${name}}} in its subject, which other people may see.`),
      ...(first.trim() === '' ? ['has no subject in its first line.'] : []),
      ...(second.trim() === '' ? [] : ['has no empty line after its subject.']),
      ...text.problems,
      ...missing(text.template, required),
    ]),
  ]);
  return { subject: subject.template, text: text.template };
}

const missing = (template: Template, required: Rules['required']): readonly string[] =>
  required
    .filter((name) => !template.placeholders.has(name))
    .map((name) => `has no {{${name}}}, which it must have.`);

function check(path: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new InvalidTemplates(problems.map((problem) => `${path} ${problem}`));
}

function readText(path: string): string {
  const content = readBytes(path);
  if (content.length > LONGEST) throw new InvalidTemplates([`${path} is longer than 64 KiB.`]);
  try {
    // The decoder removes a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(content).replaceAll('\r\n', '\n');
  } catch {
    throw new InvalidTemplates([`${path} is not in UTF-8.`]);
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InvalidTemplates([`${path} cannot be read (${codeOf(error)}).`]);
  }
}
