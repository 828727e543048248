import { k8s } from 'cdk8s-plus-27';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The paths of fields that the typed serialiser of cdk8s does not know. It accepts every field of a custom
 * resource. It expects objects for sizes and ports, so every plain value is wrapped in such an object, and
 * its output is compared.
 */
export function unknownFields(manifest: Manifest): readonly string[] {
  const type = TYPES.find(
    ({ GVK }) => `${GVK.apiVersion}/${GVK.kind}` === `${manifest.apiVersion}/${manifest.kind}`,
  );
  return type ? lost(manifest, type.manifest(wrap(manifest)), '') : [];
}

interface ApiType {
  readonly GVK: { readonly apiVersion: string; readonly kind: string };
  manifest(props: unknown): unknown;
}

const TYPES = Object.values(k8s as Readonly<Record<string, unknown>>).filter(
  (one): one is ApiType => typeof one === 'function' && 'GVK' in one && 'manifest' in one,
);

/** Has the shape of `Quantity` and `IntOrString` for the serialiser. */
class Plain {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

function wrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrap);
  if (!isObject(value)) return new Plain(value);
  // The types call `hostIP` `hostIp`, and the serialiser changes it back.
  const entries = Object.entries(value).flatMap(([key, member]) => {
    // Once for both names: at every level twice would double the work with each level.
    const wrapped = wrap(member);
    return [
      [key, wrapped],
      [key.replace(/(?<=[A-Z])[A-Z]+$/, (rest) => rest.toLowerCase()), wrapped],
    ];
  });
  return Object.fromEntries(entries);
}

function lost(before: unknown, after: unknown, path: string): readonly string[] {
  if (after === undefined) return [path];
  if (!isObject(before) && !Array.isArray(before)) return [];
  return Object.entries(before).flatMap(([key, member]) =>
    lost(member, (after as Readonly<Record<string, unknown>>)[key], path === '' ? key : `${path}.${key}`),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
