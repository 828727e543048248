import { ValidationFailed } from '@user-management/domain';
import * as z from 'zod';

/** A value that the domain's own parse function checks, so that each rule is written once. */
export const parsed = <T>(parse: (input: unknown) => T) => z.unknown().transform(through(parse));

/** An object with these members, and no others. */
export const entry = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: 'must be an object' });

/** @param check is about the list as a whole, and throws {ValidationFailed}. */
export const listOf = <T>(schema: z.ZodType<T>, check: (list: readonly T[]) => readonly T[]) =>
  z.array(schema, { error: 'must be a list' }).transform(through(check));

const through =
  <Input, T>(parse: (input: Input) => T) =>
  (input: Input, ctx: z.RefinementCtx): T => {
    try {
      return parse(input);
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      for (const { path, message } of error.faults) {
        ctx.addIssue({ code: 'custom', path: path.map(toKey), message });
      }
      return z.NEVER;
    }
  };

/** A path of the domain names the items of a list by their numbers as text. */
const toKey = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part);
