import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { labelsOf, nameOf, namespaceOf, workloads } from '../policies/objects.ts';
import { OUR_ENVIRONMENTS } from '../testing/our-environments.ts';
import { objectsOf } from '../testing/synthesized.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Every command of kubectl in a page, after the name of the page. */
const COMMANDS = globSync(['*.md', 'docs/*.md', 'docs/runbooks/*.md'], { cwd: ROOT }).flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\bkubectl [^`\n|]*/g)].map(
    ([text]) => `${page}: ${text}`,
  ),
);

const OBJECTS = Object.values(OUR_ENVIRONMENTS).flatMap((environment) => workloads(objectsOf(environment)));

/** The commands whose text at a place is none of what our manifests have, and how many have it. */
function compare(place: RegExp, ours: readonly string[]) {
  const used = COMMANDS.flatMap((command) => {
    const [, text] = place.exec(command) ?? [];
    return text === undefined ? [] : [{ command, text }];
  });
  const wrong = used.filter(({ text }) => !ours.includes(text)).map(({ command }) => command);
  return { wrong, right: used.length - wrong.length };
}

it.each([
  ['namespace', /(?: -n|--namespace) (\S+)/, OBJECTS.map(namespaceOf)],
  ['Deployment', /\bdeployment\/(\S+)/, OBJECTS.map(nameOf)],
  ['StatefulSet', /\bstatefulset\/(\S+)/, OBJECTS.map(nameOf)],
  [
    'label',
    /(?: -l|--selector) (\S+)/,
    OBJECTS.flatMap((object) => Object.entries(labelsOf(object)).map((pair) => pair.join('='))),
  ],
])('the commands of the pages name a %s that our manifests have', (_, place, ours) => {
  const { wrong, right } = compare(place, ours);
  expect(wrong).toEqual([]);
  expect(right).toBeGreaterThan(2);
});
