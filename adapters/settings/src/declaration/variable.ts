import type { Parser } from './parsers.ts';

export type AppEnv = 'development' | 'production';

/** The facts about the process that select a default. */
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

/** One text, or cases: the first case that applies is the default. */
export type Default = string | readonly { readonly when?: keyof typeof CONDITIONS; readonly value: string }[];

/**
 * The source of the value in a Deployment. `on-request`: the Deployment sets the variable only when the
 * environment's file gives a value.
 */
export type KubernetesSource =
  | { readonly from: 'config-map'; readonly key: string }
  | { readonly from: 'secret'; readonly name: string; readonly key: string }
  /** The variable names a file, which a Secret holds. The pod mounts it where the environment asks for it. */
  | { readonly from: 'secret-file'; readonly name: string; readonly key: string }
  | { readonly from: 'value' }
  | { readonly from: 'on-request' };

/** One environment variable. */
export interface Variable<T> {
  readonly description: string;
  readonly parser: Parser<T>;
  /** The default as text of the environment. Without it the variable may stay unset. */
  readonly default?: Default;
  /** Messages never show the value, and `<name>_FILE` may name a file that holds it. */
  readonly secret?: true;
  readonly kubernetes: KubernetesSource;
}

/** The default's text; `undefined` when the variable stays unset. */
export function defaultOf(variable: Variable<unknown>, surroundings: Surroundings): string | undefined {
  if (typeof variable.default === 'string') return variable.default;
  return variable.default?.find(({ when }) => !when || CONDITIONS[when](surroundings))?.value;
}
