import { toNumber } from '../kit/quantities.ts';
import { ofEachContainer, type Policy } from './policy.ts';

export const RESOURCES: readonly Policy[] = [
  ofEachContainer('containers request CPU, memory and disk, and limit memory and disk', ({ resources }) => [
    ...['cpu', 'memory', 'ephemeral-storage'].map(
      (of) => !resources?.requests?.[of] && `resources.requests.${of} must be set.`,
    ),
    ...['memory', 'ephemeral-storage'].map(
      (of) => !resources?.limits?.[of] && `resources.limits.${of} must be set.`,
    ),
  ]),

  ofEachContainer('limits are not below requests', ({ resources }) =>
    Object.entries(resources?.limits ?? {}).map(
      ([of, limit]) =>
        toNumber(limit) < toNumber(resources?.requests?.[of] ?? 0) &&
        `resources.limits.${of} must not be below resources.requests.${of}.`,
    ),
  ),
];
