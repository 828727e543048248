import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { STORES, type StoreName } from './system/stores.ts';

export interface Arguments {
  readonly minutes: number;
  readonly seed: number;
  readonly stores: readonly StoreName[];
}

export const USAGE = `usage: npm run torture -- [--minutes N] [--seed N] [--store STORE]

  --minutes N    how long it runs (1)
  --seed N       repeats the choices of an earlier run
  --store STORE  ${STORES.join(', ')}; without it: all of them

It ends with 0, with 1 when a promise was broken, and with 64 for a wrong option.
`;

/** @throws {Error} for an unknown option or an invalid value */
export function readArguments(args: readonly string[]): Arguments {
  const options = {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    store: { type: 'string' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { minutes = '1', seed = String(randomInt(1, SEEDS)), store } = values;
  return {
    minutes: accepted('minutes', minutes, (value) => value > 0),
    seed: accepted('seed', seed, (value) => Number.isInteger(value) && value > 0 && value < SEEDS),
    stores: store === undefined ? STORES : [known(store)],
  };
}

const SEEDS = 2 ** 31;

function accepted(name: string, text: string, accepts: (value: number) => boolean): number {
  const value = Number(text);
  if (!accepts(value)) throw new Error(`--${name} cannot be ${text}`);
  return value;
}

function known(name: string): StoreName {
  const store = STORES.find((candidate) => candidate === name);
  if (!store) throw new Error(`--store cannot be ${name}`);
  return store;
}
