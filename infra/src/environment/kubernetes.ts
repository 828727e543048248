import { PodTemplate } from 'kubernetes-models/v1/PodTemplate';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { unknownFields } from '../kit/unknown-fields.ts';
import type { GatewayExposure, PodOptions } from './props.ts';

/** A fault of a value that Kubernetes defines: its place, and what it must be. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly accepts: string;
}

/** A member of a pod's specification, by its name among the options. */
const MEMBERS = {
  tolerations: 'tolerations',
  affinity: 'affinity',
  topologySpread: 'topologySpreadConstraints',
  hostAliases: 'hostAliases',
  volumes: 'volumes',
  initContainers: 'initContainers',
  sidecars: 'containers',
} as const satisfies Partial<Record<keyof PodOptions, string>>;

/** Finds the options that Kubernetes would refuse or silently drop. */
export function podFaults(pod: PodOptions): readonly Fault[] {
  const main = { name: 'main', ...(pod.volumeMounts && { volumeMounts: pod.volumeMounts }) };
  const spec = { containers: [main, ...(pod.sidecars ?? [])] };
  for (const [option, member] of Object.entries(MEMBERS)) {
    const value = pod[option as keyof typeof MEMBERS];
    if (value !== undefined && option !== 'sidecars') Object.assign(spec, { [member]: value });
  }
  const template = { apiVersion: 'v1', kind: 'PodTemplate', template: { spec } } as const;
  return faults(template, PodTemplate, (path) => optionPath(path.slice(2)));
}

/** Finds the same faults in a route. */
export function routeFaults({ filters, timeouts }: GatewayExposure): readonly Fault[] {
  const rule = { ...(filters && { filters }), ...(timeouts && { timeouts }) };
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    spec: { rules: [rule] },
  } as const;
  return faults(route, HTTPRoute as unknown as Model, (path) => path.slice(3));
}

type Model = new (data: object) => { validate(): void };

interface SchemaError {
  readonly instancePath: string;
  readonly message?: string;
}

type Parts = readonly string[];

function faults(
  object: { kind: string; apiVersion: string },
  Type: Model,
  place: (path: Parts) => Parts,
): readonly Fault[] {
  const unknown = unknownFields(object).map((path) => ({
    path: place(path.split('.')),
    accepts: 'a field that Kubernetes knows',
  }));
  try {
    new Type(object).validate();
    return unknown;
  } catch (error) {
    const { errors = [] } = error as { errors?: readonly SchemaError[] };
    const wrong = errors.map(({ instancePath, message = 'must be another value' }) => ({
      path: place(instancePath.split('/').slice(1)),
      accepts: message,
    }));
    return [...wrong, ...unknown];
  }
}

/**
 * Maps a place in the specification of the pod to that in the options. The first container is the main one.
 */
function optionPath([member = '', index = '', ...rest]: Parts): Parts {
  if (member === 'containers') return index === '0' ? rest : ['sidecars', String(Number(index) - 1), ...rest];
  const option = Object.entries(MEMBERS).find(([, of]) => of === member)?.[0] ?? member;
  return [option, ...(index === '' ? [] : [index]), ...rest];
}
