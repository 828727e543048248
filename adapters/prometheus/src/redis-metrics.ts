import { Gauge, type Registry } from 'prom-client';
import { type DurationCell, Durations } from './instruments/durations.ts';
import { Tally, type TallyCell } from './instruments/tally.ts';

const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5];

export type LookupKind = 'user' | 'email' | 'token';
export type LookupOutcome = 'hit' | 'miss' | 'invalid' | 'error';

export type RedisState = 'connected' | 'read-only' | 'disconnected';

export interface RedisVitals {
  readonly memoryRatio: number;
  readonly aofOk: boolean;
  readonly rdbOk: boolean;
}

export class RedisMetrics {
  readonly #lookups: Record<LookupKind, Record<LookupOutcome, TallyCell>>;
  readonly #durations: Durations;
  readonly #commands = new Map<string, DurationCell>();
  readonly #connected: Gauge;
  readonly #writable: Gauge;
  readonly #memoryRatio: Gauge;
  readonly #persistenceOk: Gauge<'kind'>;

  constructor(register: Registry) {
    this.#lookups = lookupCells(register);
    this.#durations = new Durations({
      name: 'user_management_redis_command_duration_seconds',
      help: 'The time from sending a Redis command to its reply.',
      buckets: BUCKETS,
      register,
    });
    const gauge = (name: string, help: string) =>
      new Gauge({ name: `user_management_redis_${name}`, help, registers: [register] });
    this.#connected = gauge(
      'connected',
      'The value is 1 while the service can read from Redis, and 0 otherwise.',
    );
    this.#writable = gauge(
      'writable',
      'The value is 1 while the service can write to Redis, and 0 otherwise.',
    );
    this.#memoryRatio = gauge(
      'memory_ratio',
      'The used memory of Redis as a share of maxmemory. The value is 0 without a limit.',
    );
    this.#persistenceOk = new Gauge({
      name: 'user_management_redis_persistence_ok',
      help: 'The value is 1 if the last write of the AOF or of the snapshot succeeded, and 0 otherwise.',
      labelNames: ['kind'],
      registers: [register],
    });
  }

  lookup(kind: LookupKind, outcome: LookupOutcome): void {
    this.#lookups[kind][outcome].pending++;
  }

  command(name: string, seconds: number): void {
    let cell = this.#commands.get(name);
    if (!cell) this.#commands.set(name, (cell = this.#durations.cell({ command: name })));
    cell.observe(seconds);
  }

  redisState(state: RedisState): void {
    this.#connected.set(state === 'disconnected' ? 0 : 1);
    this.#writable.set(state === 'connected' ? 1 : 0);
  }

  redisVitals({ memoryRatio, aofOk, rdbOk }: RedisVitals): void {
    this.#memoryRatio.set(memoryRatio);
    this.#persistenceOk.set({ kind: 'aof' }, aofOk ? 1 : 0);
    this.#persistenceOk.set({ kind: 'rdb' }, rdbOk ? 1 : 0);
  }
}

function lookupCells(register: Registry): Record<LookupKind, Record<LookupOutcome, TallyCell>> {
  const lookups = new Tally({
    name: 'user_management_cache_lookups_total',
    help: 'The number of lookups in the cache and the token store.',
    labelNames: ['kind', 'outcome'],
    register,
  });
  const cells = (kind: LookupKind) => ({
    hit: lookups.cell({ kind, outcome: 'hit' }),
    miss: lookups.cell({ kind, outcome: 'miss' }),
    invalid: lookups.cell({ kind, outcome: 'invalid' }),
    error: lookups.cell({ kind, outcome: 'error' }),
  });
  return { user: cells('user'), email: cells('email'), token: cells('token') };
}
