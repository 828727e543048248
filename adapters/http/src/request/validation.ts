import { type Fault, UnusableHash, ValidationFailed, WeakPassword } from '@user-management/domain';
import type * as z from 'zod';

/** @throws {ValidationFailed} with all faults, not only the first one. */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new ValidationFailed(
    issues.flatMap(toFaults),
    issues.reduce((sum, issue) => sum + leftOut(issue), 0),
  );
}

function toFaults(issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a member of this request' }));
}

/** The number of faults that the parse function of a member counted but did not list (see `field`). */
const leftOut = (issue: z.core.$ZodIssue): number =>
  issue.code === 'custom' ? Number(issue.params?.['more'] ?? 0) : 0;

/**
 * Names the member of the body that holds a password, or a hash, which a use case refuses.
 * @throws {ValidationFailed}
 */
export async function refusedAt<T>(member: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refusalAt(member, error);
  }
}

/** The error, or {ValidationFailed} in its place if it is about the password or the hash in that member. */
export function refusalAt(member: string, error: unknown): unknown {
  if (!(error instanceof WeakPassword || error instanceof UnusableHash)) return error;
  return new ValidationFailed(error.faults.map(({ message }) => ({ path: [member], message })));
}
