import { type AppEnv, defaultOf, type Surroundings, type Variable } from '../declaration/variable.ts';
import { type Values, VARIABLE_NAMES, type VariableName, VARIABLES } from '../declaration/variables.ts';
import { followFile, type Warn } from './follow-file.ts';
import { type Environment, Problem, readText } from './read-text.ts';

/** The readable values. A variable in `faulty` has no value and a message in `problems`. */
export interface Reading {
  readonly values: Values;
  readonly faulty: ReadonlySet<VariableName>;
  readonly problems: readonly string[];
  readonly surroundings: Surroundings;
}

export function readValues(env: Environment, warn: Warn): Reading {
  const surroundings = surroundingsOf(env);
  const values: Partial<Record<VariableName, unknown>> = {};
  const faulty = new Set<VariableName>();
  const problems: string[] = [];
  for (const name of VARIABLE_NAMES) {
    try {
      values[name] = readValue(env, name, surroundings, warn);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      faulty.add(name);
      problems.push(error.message);
    }
  }
  return { values: values as Values, faulty, problems, surroundings };
}

function surroundingsOf(env: Environment): Surroundings {
  const inKubernetes = Boolean(env['KUBERNETES_SERVICE_HOST']);
  const nodeProduction = env['NODE_ENV'] === 'production';
  const detected = defaultOf(VARIABLES.APP_ENV, { appEnv: 'development', inKubernetes, nodeProduction });
  const given = VARIABLES.APP_ENV.parser.parse(env['APP_ENV'] ?? '');
  return { appEnv: given ?? (detected as AppEnv), inKubernetes, nodeProduction };
}

function readValue(env: Environment, name: VariableName, surroundings: Surroundings, warn: Warn): unknown {
  const variable: Variable<unknown> = VARIABLES[name];
  const { parser } = variable;
  const text = readText(env, name, variable) ?? defaultOf(variable, surroundings);
  if (text === undefined) return undefined;
  const readAgain = (): string => {
    const { replacement } = parser;
    const after = readText(env, name, variable) ?? '';
    const isAllowed = replacement === undefined || replacement.allows(text, after);
    if (isAllowed && parser.parse(after) !== undefined) return after;
    const { accepts } = replacement ?? parser;
    throw new Problem(`${name}_FILE has an invalid value, which is not shown. It must be ${accepts}.`);
  };
  const isFile = variable.secret && Boolean(env[`${name}_FILE`]);
  const value = isFile ? parser.parse(text, followFile(readAgain, text, warn)) : parser.parse(text);
  if (value === undefined) throw new Problem(notAccepted(name, variable, text));
  return value;
}

function notAccepted(name: VariableName, { secret, parser }: Variable<unknown>, text: string): string {
  const seen = secret ? 'has an invalid value, which is not shown' : `is ${JSON.stringify(text)}`;
  // Kubernetes sets REDIS_PORT to a URL when the namespace has a Service with the name "redis".
  const hint = text.startsWith('tcp://')
    ? ' If Kubernetes set it for a Service, set enableServiceLinks: false in the pod.'
    : '';
  return `${name} ${seen}. It must be ${parser.accepts}.${hint}`;
}
