import { ValidationFailed } from '@user-management/domain';
import * as z from 'zod';

type Kind = 'string' | 'object' | 'boolean';

/** The part of JSON Schema by which the documentation describes a field. */
interface FieldDescription {
  readonly title?: string;
  readonly type: Kind | readonly [Kind, 'null'];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly examples?: readonly unknown[];
}

/**
 * A member that the domain's own parse function checks and converts, so that each rule is written once. The
 * description is for the documentation alone; it takes its numbers from the domain as well.
 */
export const field = <T>(parse: (input: unknown) => T, description: FieldDescription): z.ZodType<T> =>
  z
    .unknown()
    .transform((input, ctx): T => {
      try {
        // JSON has no undefined, so this is a member that is not there.
        if (input === undefined) throw new ValidationFailed('is required');
        return parse(input);
      } catch (error) {
        if (!(error instanceof ValidationFailed)) throw error;
        for (const [i, { path, message }] of error.faults.entries()) {
          const params = { more: i === 0 ? error.more : 0 };
          ctx.addIssue({ code: 'custom', path: [...path], message, params });
        }
        return z.NEVER;
      }
    })
    .meta({ ...description });

/**
 * A member that may be missing. Answers say null for what is unknown, so null in a request counts as missing.
 */
export const optional = <T>(parse: (input: unknown) => T, description: FieldDescription & { type: Kind }) =>
  field((input) => (input === null ? undefined : parse(input)), {
    ...description,
    type: [description.type, 'null'],
  }).optional();

/** A member of a merge patch (RFC 7396): missing leaves the value as it is, null removes it. */
export const patched = <T>(parse: (input: unknown) => T, description: FieldDescription & { type: Kind }) =>
  field((input) => (input === null ? null : parse(input)), {
    ...description,
    type: [description.type, 'null'],
  }).optional();

/** An object with these members and no others: a typo in the name of an optional one is not lost silently. */
export const members = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? 'must be a JSON object' : undefined),
  });
