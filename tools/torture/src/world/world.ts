import type { AccountHistory } from '../oracle/account-history.ts';
import type { EventHistory } from '../oracle/event-history.ts';
import type { Journal } from '../oracle/journal.ts';
import type { SessionHistory } from '../oracle/session-history.ts';
import type { Statistics } from '../oracle/statistics.ts';
import type { Stopwatch } from '../oracle/stopwatch.ts';
import type { TokenHistory } from '../oracle/token-history.ts';
import type { UserHistory } from '../oracle/user-history.ts';
import type { WebhookHistory } from '../oracle/webhook-history.ts';
import type { RedisUnderFire } from '../system/redis-under-fire.ts';
import type { Replica } from '../system/replica.ts';
import type { Pace } from './pace.ts';
import type { People } from './people.ts';

/** The shared state of all actors of a run. */
export interface World {
  readonly seed: number;
  readonly redis: RedisUnderFire;
  readonly replicas: readonly Replica[];
  readonly people: People;
  readonly users: UserHistory;
  readonly tokens: TokenHistory;
  readonly accounts: AccountHistory;
  readonly sessions: SessionHistory;
  readonly events: EventHistory;
  readonly webhooks: WebhookHistory;
  readonly journal: Journal;
  readonly statistics: Statistics;
  readonly stopwatch: Stopwatch;
  /** Counts the successes of operations that use Redis. */
  readonly pace: Pace;
}
