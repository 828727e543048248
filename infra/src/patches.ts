import { InvalidOptions } from './environment/check-environment.ts';
import type { Environment } from './environment/schema.ts';

/** The objects as in the YAML. */
export type ApiObjects = readonly {
  readonly kind: string;
  readonly metadata: { readonly name: string; annotations?: Record<string, string> };
}[];

type Patch = Environment['patches'][number];
type Node = Record<string, unknown> | unknown[];

/**
 * Changes single values. This is the last resort, for values without an option.
 * @throws {InvalidOptions} when an object, or the parent of a value, does not exist
 */
export function applyPatches(objects: ApiObjects, patches: readonly Patch[]): void {
  const problems = patches.flatMap((patch, index) => {
    const problem = apply(objects, patch);
    return problem === undefined ? [] : [`patches.${index}.${problem}`];
  });
  if (problems.length > 0) throw new InvalidOptions('The list of patches', problems);
}

/** @returns the problem, when the patch cannot be applied */
function apply(objects: ApiObjects, { kind, name, pointer, value }: Patch): string | undefined {
  const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!object) {
    const names = objects.map((one) => `${one.kind} ${one.metadata.name}`).join(', ');
    return `name is "${name}". It must be an object of this environment: ${names}.`;
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
  if (!isNode(holder)) return `pointer is "${pointer}". It must be a value with an existing parent.`;
  if (Array.isArray(holder)) {
    const index = last === '-' ? holder.length : Number(last);
    if (!Number.isInteger(index) || index > holder.length) {
      return `pointer is "${pointer}". It must be an index up to ${holder.length}, or - for a new item.`;
    }
    holder[index] = value;
  } else {
    holder[last] = value;
  }
  return undefined;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
