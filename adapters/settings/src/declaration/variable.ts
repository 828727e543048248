import type { Parser } from './parsers.ts';

export type AppEnv = 'development' | 'production';

/** What defaults depend on. */
export interface Surroundings {
  readonly appEnv: AppEnv;
  readonly inKubernetes: boolean;
  /** `NODE_ENV` is `production`. */
  readonly nodeProduction: boolean;
}

const CONDITIONS = {
  'in production': ({ appEnv }: Surroundings) => appEnv === 'production',
  'in Kubernetes': ({ inKubernetes }: Surroundings) => inKubernetes,
  'where NODE_ENV=production': ({ nodeProduction }: Surroundings) => nodeProduction,
};

/** One text for everywhere, or cases of which the first that applies counts. */
export type Default = string | readonly { readonly when?: keyof typeof CONDITIONS; readonly value: string }[];

/**
 * Where a Deployment takes the value from. `on-request`: it has it only where the environment's file gives a
 * value.
 */
export type KubernetesSource =
  | { readonly from: 'config-map'; readonly key: string }
  | { readonly from: 'secret'; readonly name: string; readonly key: string }
  | { readonly from: 'value' }
  | { readonly from: 'on-request' };

/** One environment variable. */
export interface Variable<T> {
  readonly description: string;
  readonly parser: Parser<T>;
  /** As somebody would write it; without one the variable may stay unset. */
  readonly default?: Default;
  /** Never shown, and `<name>_FILE` may name a file to read it from. */
  readonly secret?: true;
  readonly kubernetes: KubernetesSource;
}

/** The text that stands for an unset variable; `undefined` when it stays unset. */
export function defaultOf(variable: Variable<unknown>, surroundings: Surroundings): string | undefined {
  if (typeof variable.default === 'string') return variable.default;
  return variable.default?.find(({ when }) => !when || CONDITIONS[when](surroundings))?.value;
}
