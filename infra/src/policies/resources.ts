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
        amount(limit) < amount(resources?.requests?.[of] ?? 0) && `the limit of ${of} is below its request`,
    ),
  ),
];

const FACTORS = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Of a quantity, in units. */
export function amount(quantity: string | number): number {
  const [, number = '', unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(String(quantity)) ?? [];
  return Number(number || NaN) * FACTORS[unit as keyof typeof FACTORS];
}
