import type {
  ChallengeRepository,
  EventLog,
  Logger,
  Outbox,
  SessionRepository,
  UserRepository,
  WebhookQueue,
} from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { SqlChallenges } from './sql-challenges.ts';
import { SqlEvents } from './sql-events.ts';
import { SqlOutbox } from './sql-outbox.ts';
import { SqlSessions } from './sql-sessions.ts';
import { SqlUsers } from './sql-users.ts';
import { SqlWebhookQueue } from './sql-webhook-queue.ts';

/** An open database that holds users and all that belongs to them. */
export interface SqlStore {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly challenges: ChallengeRepository;
  readonly events: EventLog;
  readonly outbox: Outbox;
  readonly webhooks: WebhookQueue;
  /** Resolves when the database answers. @throws {DependencyUnavailable} */
  check(): Promise<void>;
  /** Waits for the running statements. The store must not be used afterwards. */
  close(): Promise<void>;
}

export const sqlStore = (
  db: Database,
  dataset: string,
  statements: Statements,
  logger: Logger,
): SqlStore => ({
  users: new SqlUsers(db, dataset, statements),
  sessions: new SqlSessions(db, statements, logger),
  challenges: new SqlChallenges(db, statements),
  events: new SqlEvents(db, statements, logger),
  outbox: new SqlOutbox(db, statements),
  webhooks: new SqlWebhookQueue(db, statements),
  check: async () => {
    await statements.run(() => sql`select 1`.execute(db));
  },
  close: () => db.destroy(),
});
