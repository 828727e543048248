import type { ServiceLevel } from '../../environment/props.ts';
import type { Alert } from './alert.ts';
import type { Queries } from './queries.ts';

/** The objectives for any 30 days, in percent. */
export interface Objectives {
  /** The share of requests with a status below 500. */
  readonly availability: number;
  /** The share of requests without a password that are answered within `LATENCY_S`. */
  readonly latency: number;
}

export const objectivesOf = ({ availability = 99.9, latency = 99 }: ServiceLevel): Objectives => ({
  availability,
  latency,
});

/** In seconds. It must be a bound of the histogram's buckets. */
const LATENCY_S = 0.25;

/** In requests per second. Below this, a single failure would be a large share of the traffic. */
const LEAST_TRAFFIC = 0.05;

/**
 * The burn rates and their severities (Site Reliability Workbook, chapter 5). The long window shows that the
 * failures matter, and the short one that they continue. At a rate of 1 the budget of 30 days lasts 30 days.
 */
const PACES = [
  { rate: 14.4, long: '1h', short: '5m', for: '2m', severity: 'critical', spent: '2 % in 1 hour' },
  { rate: 6, long: '6h', short: '30m', for: '15m', severity: 'critical', spent: '5 % in 6 hours' },
  { rate: 3, long: '1d', short: '2h', for: '1h', severity: 'warning', spent: '10 % in 1 day' },
  { rate: 1, long: '3d', short: '6h', for: '3h', severity: 'warning', spent: '10 % in 3 days' },
] as const;

/** Alerts on several burn rates for each objective. */
export const budgetAlerts = (q: Queries, { availability, latency }: Objectives): readonly Alert[] => [
  ...burning(q, availability, q.errorRate, {
    name: 'UserManagementErrorBudgetBurn',
    summary: '{{ $value | humanizePercentage }} of the requests to user-management fail',
    description: `The objective is ${availability} % of requests without a status from 500 up.`,
  }),
  ...burning(q, latency, (window) => q.slowRate(LATENCY_S, window), {
    name: 'UserManagementLatencyBudgetBurn',
    summary:
      '{{ $value | humanizePercentage }} of the requests to user-management take longer than ' +
      `${LATENCY_S} s`,
    description: `The objective is ${latency} % within ${LATENCY_S} s, without logins and registrations.`,
  }),
];

function burning(
  q: Queries,
  objective: number,
  share: (window: string) => string,
  { name, summary, description }: Pick<Alert, 'name' | 'summary' | 'description'>,
): readonly Alert[] {
  return PACES.map(({ rate, long, short, for: duration, severity, spent }) => {
    // Twelve digits, because in binary 1 - 0.999 is not exactly 0.001.
    const most = Number(((rate * (100 - objective)) / 100).toPrecision(12));
    const windows = [long, short].map((window) => `${share(window)} > ${most}`);
    return {
      name,
      when: [...windows, `${q.traffic(long)} > ${LEAST_TRAFFIC}`].join(' and '),
      for: duration,
      severity,
      summary,
      description: `${description} The budget of 30 days is being spent at ${rate} times its pace: ${spent}.`,
    };
  });
}
