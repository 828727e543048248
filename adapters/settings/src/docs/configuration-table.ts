import type { Default, KubernetesSource, Variable } from '../declaration/variable.ts';
import { VARIABLE_NAMES, VARIABLES } from '../declaration/variables.ts';

const HEAD = ['variable', 'description', 'accepted', 'default', 'in Kubernetes'];

/** The declaration as a Markdown table for docs/configuration.md. */
export function configurationTable(): string {
  const rows = VARIABLE_NAMES.map((name) => row(name, VARIABLES[name]));
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const row = (name: string, variable: Variable<unknown>): readonly string[] => [
  variable.secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``,
  variable.description,
  variable.parser.accepts,
  describeDefault(variable.default),
  describeSource(variable.kubernetes),
];

function describeDefault(value: Default | undefined): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return `\`${value}\``;
  return value.map((one) => (one.when ? `\`${one.value}\` ${one.when}` : `else \`${one.value}\``)).join(', ');
}

function describeSource(source: KubernetesSource): string {
  switch (source.from) {
    case 'config-map':
      return `ConfigMap key \`${source.key}\``;
    case 'secret':
      return `Secret \`${source.name}\`, key \`${source.key}\``;
    case 'secret-file':
      return `a file from the Secret \`${source.name}\`, key \`${source.key}\``;
    case 'value':
      return 'plain value';
    case 'on-request':
      return '–';
  }
}
