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
      help: 'Time from sending a command to its reply.',
      buckets: BUCKETS,
      register,
    });
    const gauge = (name: string, help: string) =>
      new Gauge({ name: `user_management_redis_${name}`, help, registers: [register] });
    this.#connected = gauge('connected', '1 while Redis can be read, else 0.');
    this.#writable = gauge('writable', '1 while Redis takes writes, else 0.');
    this.#memoryRatio = gauge(
      'memory_ratio',
      'Memory that Redis uses, as a share of maxmemory; 0 without a limit.',
    );
    this.#persistenceOk = new Gauge({
      name: 'user_management_redis_persistence_ok',
      help: '1 when Redis last wrote its AOF, or its snapshot, without an error, else 0.',
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
    help: 'Look-ups in the cache and the token store.',
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
