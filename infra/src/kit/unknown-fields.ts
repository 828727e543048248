import { k8s } from 'cdk8s-plus-27';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Fields that the typed serialiser of cdk8s does not know, as paths; those of custom resources are all known
 * to it. It takes sizes and ports as objects, so that every plain value goes in as such an object, and what
 * comes out is compared.
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

/** As `Quantity` and `IntOrString` look to the serialiser. */
class Plain {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

function wrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrap);
  if (!isObject(value)) return new Plain(value);
  // `hostIP` is called `hostIp` by the types, and becomes `hostIP` again.
  const entries = Object.entries(value).flatMap(([key, member]) => [
    [key, wrap(member)],
    [key.replace(/(?<=[A-Z])[A-Z]+$/, (rest) => rest.toLowerCase()), wrap(member)],
  ]);
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
