import type { Node } from './environment-schema.ts';

const HEAD = `# Environments

An environment is a file that exports the differences between deployments. It is
\`infra/src/environments/production.ts\`, or a \`.ts\`, \`.js\` or \`.json\` file in a folder of your own
(\`npm run synth -- --environments DIR\`). \`npm run synth\` refuses contradictions and says what is accepted,
before it writes anything. An editor checks a \`.ts\` by its type, and a \`.json\` with
\`{ "$schema": "…/infra/environment.schema.json" }\` in its settings. [deploy.md](deploy.md) goes through a
deployment.

<!-- Made by \`npm run docs -w infra\` from infra/src/environment. -->
`;

/** Makes the page about every field from the JSON Schema. */
export function environmentPage(schema: Node): string {
  const sections = [
    section('The environment', schema),
    ...Object.entries(schema.$defs ?? {}).map(([name, node]) => section(name, node)),
  ];
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

function section(title: string, { description = '', properties = {}, required = [] }: Node): string {
  const rows = Object.entries(properties).map(([name, node]) => {
    const isRequired = required.includes(name);
    const fallback = node.default === undefined ? (isRequired ? 'required' : '–') : code(node.default);
    return [`\`${name}\``, node.description ?? '', typeOf(node), fallback];
  });
  const table = [['field', 'what it is', 'type', 'default'], ['---', '---', '---', '---'], ...rows];
  const lines = table.map((cells) => `| ${cells.map(escaped).join(' | ')} |`);
  return `## ${title}\n\n${description}\n\n${lines.join('\n')}`;
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

const LONGEST_DEFAULT = 60;

function code(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_DEFAULT ? 'see its type' : `\`${text}\``;
}

function typeOf(node: Node): string {
  const choices = node.anyOf ?? node.oneOf;
  if (node.$ref !== undefined) return reference(node.$ref);
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum) return node.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  switch (node.type ?? 'any') {
    case 'array':
      return `list of ${typeOf(node.items ?? {})}`;
    case 'object':
      return objectType(node);
    case 'integer':
      return `${node.minimum ?? ''} to ${node.maximum ?? ''}`;
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    default:
      return 'any value';
  }
}

function objectType({ properties, additionalProperties }: Node): string {
  const names = Object.keys(properties ?? {});
  if (names.length > MANY) return 'values by name';
  if (names.length > 0) return `{ ${names.join(', ')} }`;
  const isOpen = typeof additionalProperties !== 'object' || Object.keys(additionalProperties).length === 0;
  return isOpen ? 'object, as Kubernetes has it' : `${typeOf(additionalProperties)} by name`;
}

/** More members than this have their own section. */
const MANY = 8;

function reference(ref: string): string {
  const name = ref.replace('#/$defs/', '');
  return `[${name}](#${name.toLowerCase()})`;
}
