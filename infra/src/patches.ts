import { InvalidOptions } from './environment/check-environment.ts';
import type { Environment } from './environment/schema.ts';

/** Objects as they stand in YAML. */
export type ApiObjects = readonly {
  readonly kind: string;
  readonly metadata: { readonly name: string; annotations?: Record<string, string> };
}[];

type Patch = Environment['patches'][number];
type Node = Record<string, unknown> | unknown[];

/**
 * Changes single values. It is the last resort, for what no option knows.
 * @throws {InvalidOptions} where an object or what holds the value does not exist
 */
export function applyPatches(objects: ApiObjects, patches: readonly Patch[]): void {
  const problems = patches.flatMap((patch, index) => {
    const problem = apply(objects, patch);
    return problem === undefined ? [] : [`patches.${index}.${problem}`];
  });
  if (problems.length > 0) throw new InvalidOptions('The list of patches', problems);
}

/** What is wrong with it, if it cannot be applied. */
function apply(objects: ApiObjects, { kind, name, pointer, value }: Patch): string | undefined {
  const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!object) {
    const names = objects.map((one) => `${one.kind} ${one.metadata.name}`).join(', ');
    return `name is "${name}"; accepted is an object that is made: ${names}`;
  }
  const parts = pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = parts.pop() ?? '';
  const holder = parts.reduce<unknown>(
    (node, part) =>
      isNode(node) && Object.hasOwn(node, part) ? (node as Record<string, unknown>)[part] : undefined,
    object,
  );
  if (!isNode(holder)) return `pointer is "${pointer}"; accepted is the place of a value whose holder exists`;
  if (Array.isArray(holder)) {
    const index = last === '-' ? holder.length : Number(last);
    if (!Number.isInteger(index) || index > holder.length) {
      return `pointer is "${pointer}"; accepted is an index up to ${holder.length}, or - for a new item`;
    }
    holder[index] = value;
  } else {
    holder[last] = value;
  }
  return undefined;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
