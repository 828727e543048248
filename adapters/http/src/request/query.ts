import { ValidationFailed } from '@user-management/domain';

/** A parameter of the query with a choice of values. The first one is the default. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly values: readonly [string, ...string[]];
}

/**
 * The values of the declared parameters. Other parameters are ignored, as on every path.
 * @throws {ValidationFailed}
 */
export function readQuery(url: string, parameters: readonly QueryParameter[]): Record<string, string> {
  const start = url.indexOf('?');
  const given = new URLSearchParams(start < 0 ? '' : url.slice(start));
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(given, parameter)]));
}

function valueOf(given: URLSearchParams, { name, values }: QueryParameter): string {
  const [value = values[0], ...more] = given.getAll(name);
  if (more.length > 0 || !values.includes(value)) {
    throw new ValidationFailed(`The query parameter ${name} must be ${values.join(' or ')}.`);
  }
  return value;
}
