import {
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Queries } from './queries.ts';

/** Grafana chooses it by the interval of the scrapes and the width of the screen. */
const WINDOW = '$__rate_interval';
const QUANTILES = [0.5, 0.95, 0.99];
const REF_IDS = 'ABC';
/** The limit of Grafana. */
const LONGEST_UID = 40;

interface Chart {
  readonly title: string;
  /** The name of the unit in Grafana. */
  readonly unit: string;
  /** The queries by their legends. */
  readonly lines: Readonly<Record<string, string>>;
}

const rows = (q: Queries): Readonly<Record<string, readonly Chart[]>> => ({
  Requests: [
    { title: 'Requests by status', unit: 'reqps', lines: { '{{status}}': q.requests(WINDOW) } },
    { title: 'Share of errors', unit: 'percentunit', lines: { 'status 5xx': q.errorRate(WINDOW) } },
    {
      title: 'Time of requests without a password',
      unit: 's',
      lines: quantiles((of) => q.latency(of, WINDOW)),
    },
    { title: 'Time by route, 99 %', unit: 's', lines: { '{{route}}': q.latencyByRoute(WINDOW) } },
  ],
  'Cache and Redis': [
    { title: 'Hit rate', unit: 'percentunit', lines: { '{{kind}}': q.hitRate(WINDOW, 'kind') } },
    { title: 'Connected', unit: 'bool_yes_no', lines: { '{{pod}}': q.redisConnected } },
    { title: 'Time of commands, 99 %', unit: 's', lines: { '{{command}}': q.redisLatency(WINDOW) } },
  ],
  'Registrations, logins and refreshes': [
    {
      title: 'Registrations by outcome',
      unit: 'reqps',
      lines: { '{{outcome}}': q.outcomes('registrations', WINDOW) },
    },
    { title: 'Logins by outcome', unit: 'reqps', lines: { '{{outcome}}': q.outcomes('logins', WINDOW) } },
    {
      title: 'Refreshes by outcome',
      unit: 'reqps',
      lines: { '{{outcome}}': q.outcomes('refreshes', WINDOW) },
    },
    {
      title: 'Time of logins and registrations',
      unit: 's',
      lines: quantiles((of) => q.hashingLatency(of, WINDOW)),
    },
    { title: 'Time of one hash', unit: 's', lines: quantiles((of) => q.hashTime(of, WINDOW)) },
    { title: 'Passwords waiting', unit: 'short', lines: { '{{pod}}': q.hashesWaiting } },
    { title: 'Passwords refused', unit: 'reqps', lines: { refused: q.hashesRefused(WINDOW) } },
  ],
  Webhooks: [
    {
      title: 'Webhooks by outcome',
      unit: 'reqps',
      lines: { '{{endpoint}} {{outcome}}': q.webhooks(WINDOW) },
    },
    { title: 'Webhooks waiting', unit: 'short', lines: { '{{endpoint}}': q.webhooksWaiting } },
    { title: 'Age of the oldest event that waits', unit: 's', lines: { '{{endpoint}}': q.webhooksOldest } },
  ],
  'Limits against abuse': [
    { title: 'Refused by limit', unit: 'reqps', lines: { '{{limit}}': q.limited(WINDOW) } },
    { title: 'Accounts under attack', unit: 'short', lines: { accounts: q.accountsUnderAttack } },
    { title: 'Client addresses', unit: 'short', lines: { addresses: q.clientAddresses } },
    {
      title: 'Share of logins on known devices',
      unit: 'percentunit',
      lines: { 'known devices': q.knownDevices(WINDOW) },
    },
  ],
  Pods: [
    { title: 'Pods by version', unit: 'short', lines: { '{{version}}': q.running } },
    { title: 'Event loop delay, 99 %', unit: 's', lines: { '{{pod}}': q.eventLoopDelay(WINDOW) } },
    { title: 'Memory', unit: 'bytes', lines: { '{{pod}}': q.memory } },
  ],
});

/** The dashboard as JSON for the import into Grafana. */
export function dashboardJson(q: Queries, namespace: string): string {
  // Only the newest Grafana reads the newer format, and no sidecar does.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const dashboard = new DashboardBuilder(`User management (${namespace})`)
    .uid(`user-management-${namespace}`.slice(0, LONGEST_UID))
    .tags(['user-management'])
    .time({ from: 'now-3h', to: 'now' })
    .refresh('1m')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  for (const [title, charts] of Object.entries(rows(q))) {
    dashboard.withRow(new RowBuilder(title));
    for (const chart of charts) dashboard.withPanel(panel(chart));
  }
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`;
}

function panel({ title, unit, lines }: Chart): PanelBuilder {
  const built = new PanelBuilder()
    .title(title)
    .unit(unit)
    .min(0)
    .span(8)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .datasource({ type: 'prometheus', uid: '${datasource}' });
  for (const [index, [legend, expr]] of Object.entries(lines).entries()) {
    built.withTarget(new DataqueryBuilder().expr(expr).legendFormat(legend).refId(REF_IDS.charAt(index)));
  }
  return built;
}

function quantiles(query: (of: number) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(QUANTILES.map((of) => [`${of * 100} %`, query(of)]));
}
