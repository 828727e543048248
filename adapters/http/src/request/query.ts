import { ValidationFailed } from '@user-management/domain';

/** A parameter of the query. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  /** The part of JSON Schema that describes it. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: string | number;
  /** Without one, the parameter may be missing. */
  readonly default?: string;
  /** @throws {ValidationFailed} whose message says what the value must be. */
  check(value: string): unknown;
}

type Described = Pick<QueryParameter, 'name' | 'description'>;

/** One of some values. The first one is the default. */
export const choice = (described: Described, values: readonly [string, ...string[]]): QueryParameter => ({
  ...described,
  schema: { type: 'string', enum: values, default: values[0] },
  example: values[0],
  default: values[0],
  check(value) {
    if (!values.includes(value)) throw new ValidationFailed(`must be ${values.join(' or ')}`);
  },
});

interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export const wholeNumber = (described: Described, { min, max, ...range }: Range): QueryParameter => ({
  ...described,
  schema: { type: 'integer', minimum: min, maximum: max, default: range.default },
  example: range.default,
  default: String(range.default),
  check(value) {
    const isWhole = /^\d{1,15}$/.test(value);
    if (!isWhole || Number(value) < min || Number(value) > max) {
      throw new ValidationFailed(`must be a whole number from ${min} to ${max}`);
    }
  },
});

/** The values of a query: valid ones, and defaults. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * The values of the declared parameters. Other parameters are ignored, as on every path.
 * @throws {ValidationFailed}
 */
export function readQuery(url: string, parameters: readonly QueryParameter[]): Query {
  const start = url.indexOf('?');
  const given = new URLSearchParams(start < 0 ? '' : url.slice(start));
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(given, parameter)]));
}

function valueOf(given: URLSearchParams, parameter: QueryParameter): string | undefined {
  const [value = parameter.default, ...more] = given.getAll(parameter.name);
  if (value === undefined) return undefined;
  try {
    if (more.length > 0) throw new ValidationFailed('must be given at most once');
    parameter.check(value);
    return value;
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    throw new ValidationFailed(`The query parameter ${parameter.name} ${error.message}.`);
  }
}
