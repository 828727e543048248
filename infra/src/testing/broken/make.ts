import { called, type Objects } from '../../policies/objects.ts';
import type { Mistake } from './mistake.ts';

type Node = Record<string, unknown> | unknown[];

/** Copies the objects and makes the mistake in the copy. */
export function make({ in: wanted, set }: Mistake, intact: Objects): Objects {
  const objects = structuredClone(intact);
  const object = objects.find((one) => called(one) === wanted);
  if (!object) throw new Error(`There is no ${wanted}.`);
  for (const [pointer, value] of Object.entries(set)) {
    const keys = pointer
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/'));
    change(object as unknown as Node, keys, value);
  }
  return objects;
}

function change(node: Node, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) change((node as Record<string, Node>)[key] ?? fail(key), rest, value);
  else if (Array.isArray(node)) node.splice(...place(node, key), ...(value === undefined ? [] : [value]));
  else if (value === undefined) Reflect.deleteProperty(node, key);
  else node[key] = value;
}

const place = (list: readonly unknown[], key: string): [number, number] =>
  key === '-' ? [list.length, 0] : [Number(key), 1];

function fail(key: string): never {
  throw new Error(`There is nothing at ${key}.`);
}
