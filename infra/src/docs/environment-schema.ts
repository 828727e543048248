import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SCHEMA } from '../environment/schema.ts';
import { docComments } from './doc-comments.ts';

/** The part of JSON Schema that an environment needs. */
export interface Node {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Where the types of an environment are. */
const PROPS = ['../environment/props.ts', '../environment/postgres-backup-props.ts'];

/** The JSON Schema of an environment, with the comments of its types as descriptions. */
export function environmentSchema(): Node {
  const { $schema, ...root } = z.toJSONSchema(SCHEMA, { io: 'input', unrepresentable: 'any' }) as Node & {
    $schema?: string;
  };
  const comments = docComments(
    PROPS.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n'),
  );
  const described = (name: string, node: Node): Node => {
    const { text = '', members } = comments.get(name) ?? {};
    const properties = Object.entries(node.properties ?? {}).map(([key, value]) => {
      const description = members?.get(key);
      return [key, description ? { ...value, description } : value];
    });
    return {
      ...node,
      ...(text && { description: text }),
      properties: Object.fromEntries(properties) as Node['properties'] & object,
    };
  };
  const definitions = Object.entries(root.$defs ?? {}).map(([name, node]) => [name, described(name, node)]);
  return {
    ...{ $schema, title: 'Environment' },
    ...described('Environment', root),
    $defs: Object.fromEntries(definitions) as NonNullable<Node['$defs']>,
  };
}
