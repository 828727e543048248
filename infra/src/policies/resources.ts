import { toNumber } from '../kit/quantities.ts';
import { ofEachContainer, type Policy } from './policy.ts';

export const RESOURCES: readonly Policy[] = [
  ofEachContainer('CPU, memory and disk are requested; memory and disk are limited', ({ resources }) => [
    ...['cpu', 'memory', 'ephemeral-storage'].map(
      (of) => !resources?.requests?.[of] && `no request of ${of}`,
    ),
    ...['memory', 'ephemeral-storage'].map((of) => !resources?.limits?.[of] && `no limit of ${of}`),
  ]),

  ofEachContainer('no limit is below its request', ({ resources }) =>
    Object.entries(resources?.limits ?? {}).map(
      ([of, limit]) =>
        toNumber(limit) < toNumber(resources?.requests?.[of] ?? 0) &&
        `the limit of ${of} is below its request`,
    ),
  ),
];
