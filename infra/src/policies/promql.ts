import { parser } from '@prometheus-io/lezer-promql';
import { type Objects, ofKind } from './objects.ts';

/** Every query of the alerts and of the dashboards. */
export const queries = (objects: Objects): readonly string[] => [
  ...ofKind(objects, 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups ?? [])
    .flatMap(({ rules = [] }) => rules)
    .map(({ expr }) => String(expr)),
  ...ofKind(objects, 'ConfigMap')
    .filter(({ metadata }) => metadata?.labels?.['grafana_dashboard'])
    .flatMap(({ data = {} }) => Object.values(data))
    .flatMap(dashboardQueries),
];

// Grafana replaces the variable by a duration.
function dashboardQueries(dashboard: string): readonly string[] {
  const { panels } = JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] };
  return panels
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'));
}

/** The place of a syntax error, or `undefined` for a valid query. */
export function syntaxError(query: string): string | undefined {
  let error: string | undefined;
  parser.parse(query).iterate({
    enter: ({ type, from }) => {
      if (type.isError) error ??= `The query ${query} has a syntax error at character ${from}.`;
    },
  });
  return error;
}

/** The metrics of a query, each with the labels that it selects or groups by. */
export function selectors(
  query: string,
): readonly { readonly metric: string; readonly labels: readonly string[] }[] {
  const found: { metric: string; labels: string[] }[] = [];
  // In PromQL the grouping comes before the metric.
  let grouping: string[] = [];
  parser.parse(query).iterate({
    enter: ({ name, from, to, node }) => {
      const text = query.slice(from, to);
      if (name === 'VectorSelector') {
        found.push({ metric: /^\w+/.exec(text)?.[0] ?? '', labels: grouping });
        grouping = [];
      }
      if (name === 'LabelName')
        (node.parent?.name === 'GroupingLabels' ? grouping : found.at(-1)?.labels)?.push(text);
    },
  });
  return found;
}
