import { ValidationFailed } from '@user-management/domain';
import type * as z from 'zod';

/** One thing that is wrong, and where (a JSON Pointer, RFC 6901; empty for the whole body). */
export interface RequestError {
  readonly pointer: string;
  readonly detail: string;
}

/** Everything that is wrong with a request body. */
export class InvalidRequest extends ValidationFailed {
  readonly errors: readonly RequestError[];

  constructor(errors: readonly RequestError[]) {
    super('The request breaks a rule.');
    this.errors = errors;
  }
}

/** @throws {InvalidRequest} with every problem, not the first only. */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidRequest(result.error.issues.flatMap(toErrors));
}

function toErrors(issue: z.core.$ZodIssue): RequestError[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: toPointer(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({
    pointer: toPointer([...issue.path, key]),
    detail: 'is not a member of this request',
  }));
}

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((member) => `/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
