import { called, namespaceOf, type Objects, ofKind } from './objects.ts';
import { type Policy, policy } from './policy.ts';
import { queries, syntaxError } from './promql.ts';
import { matches } from './selectors.ts';

export const MONITORING: readonly Policy[] = [
  policy('a ServiceMonitor matches one Service and its port', (objects) =>
    ofKind(objects, 'ServiceMonitor').flatMap((monitor) => {
      const found = ofKind(objects, 'Service')
        .filter((service) => namespaceOf(service) === namespaceOf(monitor))
        .filter(({ metadata }) => matches(monitor.spec.selector, metadata?.labels ?? {}));
      const ports = found.flatMap(({ spec }) => spec?.ports ?? []).map(({ name }) => name);
      return [
        found.length !== 1 && `${called(monitor)}: the selector must match one Service, not ${found.length}.`,
        ...monitor.spec.endpoints.map(
          ({ port }) => !ports.includes(port) && `${called(monitor)}: no Service has the port ${port ?? ''}.`,
        ),
      ];
    }),
  ),

  policy('queries are valid PromQL', (objects) => queries(objects).map(syntaxError)),

  policy('an alert has a name, a severity, a description and a runbook', (objects) =>
    alerts(objects).flatMap(({ alert = '', labels, annotations }) => [
      !/^[A-Z]\w+$/.test(alert) && `alert "${alert}": the name must be in PascalCase.`,
      !['critical', 'warning'].includes(labels?.['severity'] ?? '') &&
        `alert ${alert}: the severity must be critical or warning.`,
      !annotations?.['summary'] && `alert ${alert}: the summary is missing.`,
      !annotations?.['description'] && `alert ${alert}: the description is missing.`,
      !annotations?.['runbook_url'] && `alert ${alert}: the runbook is missing.`,
    ]),
  ),
];

const alerts = (objects: Objects) =>
  ofKind(objects, 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups ?? [])
    .flatMap(({ rules = [] }) => rules);
