import * as z from 'zod';
import { type ProblemCode, PROBLEMS, problemType } from '../answer/problems.ts';
import { REQUEST_ID } from '../schemas/examples.ts';

/** The shared parts of operations. The description contains them once, and operations refer to them. */
export class Components {
  readonly #schemas = new Map<string, object>();
  readonly #examples = new Map<string, object>();
  readonly #headers = new Map<string, object>();

  /** A schema with a title becomes a component with this name. */
  schema(schema: z.ZodType): object {
    const { $schema, ...described } = z.toJSONSchema(schema, { io: 'input' });
    const { title } = described;
    if (title === undefined) return described;
    this.#schemas.set(title, described);
    return { $ref: `#/components/schemas/${title}` };
  }

  header(name: string, description: string): object {
    this.#headers.set(name, { description, schema: { type: 'string' } });
    return { $ref: `#/components/headers/${name}` };
  }

  problemExample(code: ProblemCode): object {
    const { title, when } = PROBLEMS[code];
    this.#examples.set(code, { summary: title, value: problemExample(code), description: when });
    return { $ref: `#/components/examples/${code}` };
  }

  described(): object {
    return {
      schemas: Object.fromEntries(this.#schemas),
      examples: Object.fromEntries(this.#examples),
      headers: Object.fromEntries(this.#headers),
    };
  }
}

function problemExample(code: ProblemCode): object {
  const { status, title, when } = PROBLEMS[code];
  const problem = { type: problemType(code), title, status, detail: when, code, request_id: REQUEST_ID };
  return code === 'validation-failed'
    ? { ...problem, detail: 'Each problem is listed in "errors".', errors: [MISSING_PASSWORD] }
    : problem;
}

const MISSING_PASSWORD = { pointer: '/password', detail: 'is required' };
