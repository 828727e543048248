const FACTORS: Readonly<Record<string, number>> = {
  ...{ '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** Reads a quantity of Kubernetes, such as `250m`, `1.5Gi` or `2e9`. NaN when it is not valid. */
export function toNumber(quantity: string | number): number {
  const [, number, exponent = '', unit = ''] =
    /^(\d+(?:\.\d*)?|\.\d+)(?:([eE][-+]?\d+)|([A-Za-z]+))?$/.exec(String(quantity)) ?? [];
  return number === undefined ? NaN : Number(number + exponent) * (FACTORS[unit] ?? NaN);
}

export const toMebibytes = (quantity: string): number => toNumber(quantity) / 2 ** 20;
