import type { Journal } from './journal.ts';
import type { Pace } from './pace.ts';
import type { RedisUnderFire } from './redis-under-fire.ts';
import type { Replica } from './replica.ts';
import type { Statistics } from './statistics.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { TokenHistory } from './token-history.ts';
import type { UserHistory } from './user-history.ts';
import type { People } from './people.ts';

/** What all actors of a run share. */
export interface World {
  readonly seed: number;
  readonly redis: RedisUnderFire;
  readonly replicas: readonly Replica[];
  readonly people: People;
  readonly users: UserHistory;
  readonly tokens: TokenHistory;
  readonly journal: Journal;
  readonly statistics: Statistics;
  readonly stopwatch: Stopwatch;
  /** Of operations that need Redis. */
  readonly pace: Pace;
}
