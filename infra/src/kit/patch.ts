import { isDeepStrictEqual } from 'node:util';
import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';

/**
 * Sets fields that cdk8s-plus has no property for, by JSON pointer. Synthesis fails where one of them is
 * lost: patches are applied before a typed serialiser that drops, without a word, what it does not know or
 * what has another type there (sizes have to be a `Quantity`, ports an `IntOrString`).
 */
export function patch(resource: IConstruct, fields: Readonly<Record<string, unknown>>): void {
  const object = ApiObject.of(resource);
  for (const [pointer, value] of Object.entries(fields)) {
    object.addJsonPatch(JsonPatch.add(pointer, value));
    object.node.addValidation({ validate: () => lost(object, pointer, value) });
  }
}

function lost(object: ApiObject, pointer: string, value: unknown): string[] {
  const found = resolve(object.toJson(), pointer);
  if (isDeepStrictEqual(found, plain(value))) return [];
  return [
    `${object.kind} ${object.name}: the patch of ${pointer} did not survive, it became ${JSON.stringify(found)}`,
  ];
}

const resolve = (root: unknown, pointer: string): unknown =>
  pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);

/** As it stands in YAML. */
const plain = (value: unknown): unknown =>
  value instanceof k8s.Quantity || value instanceof k8s.IntOrString ? value.value : value;
