import { called, namespaceOf, type Objects, ofKind } from './objects.ts';
import { type Policy, policy } from './policy.ts';
import { queries, syntaxError } from './promql.ts';
import { matches } from './selectors.ts';

export const MONITORING: readonly Policy[] = [
  policy('a monitor finds a Service and its port', (objects) =>
    ofKind(objects, 'ServiceMonitor').flatMap((monitor) => {
      const found = ofKind(objects, 'Service')
        .filter((service) => namespaceOf(service) === namespaceOf(monitor))
        .filter(({ metadata }) => matches(monitor.spec.selector, metadata?.labels ?? {}));
      const ports = found.flatMap(({ spec }) => spec?.ports ?? []).map(({ name }) => name);
      return [
        found.length !== 1 && `${called(monitor)} finds ${found.length} Services`,
        ...monitor.spec.endpoints.map(
          ({ port }) => !ports.includes(port) && `${called(monitor)}: no Service has the port ${port ?? ''}`,
        ),
      ];
    }),
  ),

  policy('queries are PromQL', (objects) => queries(objects).map(syntaxError)),

  policy('an alert has a name, a severity and words for people', (objects) =>
    alerts(objects).flatMap(({ alert = '', labels, annotations }) => [
      !/^[A-Z]\w+$/.test(alert) && `${alert} is not a name of an alert`,
      !['critical', 'warning'].includes(labels?.['severity'] ?? '') && `${alert} has no severity`,
      !(annotations?.['summary'] && annotations['description']) && `${alert} has no summary and description`,
      !annotations?.['runbook_url'] && `${alert} has no runbook`,
    ]),
  ),
];

const alerts = (objects: Objects) =>
  ofKind(objects, 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups ?? [])
    .flatMap(({ rules = [] }) => rules);
