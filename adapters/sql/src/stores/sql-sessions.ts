import type {
  Effects,
  Logger,
  Session,
  SessionId,
  SessionRepository,
  Timestamp,
  User,
  UserId,
} from '@user-management/domain';
import type { ExpressionBuilder } from 'kysely';
import type { Database, Tables } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { fromRow, OVER_AT_STEP_MS, type SessionRow, toRow } from './session-row.ts';
import { changesOf } from './row.ts';
import { Updates } from './updates.ts';
import { write } from './write.ts';

/** Sessions in one table. Its statements are as those of `SqlUsers`. */
export class SqlSessions implements SessionRepository {
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #updates: Updates<SessionId, Session>;
  readonly #logger: Pick<Logger, 'error'>;

  /** @param logger is told of sessions that a list leaves out, because they are damaged */
  constructor(db: Database, statements: Statements, logger: Pick<Logger, 'error'>) {
    this.#db = db;
    this.#statements = statements;
    this.#logger = logger;
    this.#updates = new Updates({
      patience: () => statements.patience(),
      find: (id) => this.find(id),
      replace: (stored, changed, effects) => this.#replace(stored, changed, effects),
    });
  }

  async add(session: Session, effects?: Effects): Promise<void> {
    const insert = (db: Database) => db.insertInto('sessions').values(toRow(session)).returning('id');
    await this.#statements.run(() => write(this.#db, insert, effects));
  }

  async find(id: SessionId): Promise<Session | undefined> {
    const row = await this.#statements.run(() =>
      this.#db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row && fromRow(row);
  }

  async has(user: UserId, id: SessionId): Promise<boolean> {
    const row = await this.#statements.run(() =>
      this.#db
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', id)
        .where('user_id', '=', user)
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  update(
    id: SessionId,
    change: (session: Session) => Session,
    effects?: Effects,
    known?: Session,
  ): Promise<Session | undefined> {
    return this.#updates.apply(id, change, effects, known);
  }

  async alive(
    { id, revocations: { epoch, kept, ended } }: Pick<User, 'id' | 'revocations'>,
    now: Timestamp,
    limit: number,
    skip = 0,
  ): Promise<readonly Session[]> {
    const dead = ended.map((session) => session.id);
    const rows = await this.#statements.run(() =>
      this.#db
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', id)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', now)
        // Without a kept session the second part is null, which counts as false.
        .where((where) => where.or([where('epoch', '=', epoch), where('id', '=', kept)]))
        .$if(dead.length > 0, (query) => query.where('id', 'not in', dead))
        .orderBy('last_seen_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(skip)
        .execute(),
    );
    return rows.flatMap((row) => this.#listed(row));
  }

  async removeOf(
    user: UserId,
    limit: number,
    before?: (sessions: readonly Session[]) => Promise<void>,
  ): Promise<readonly Session[]> {
    const patience = this.#statements.patience();
    for (;;) {
      const rows = await this.#rowsOf(user, limit);
      if (rows.length === 0) return [];
      await before?.(rows.flatMap(readOrNone));
      const removed = await this.#remove(rows);
      const sessions = removed.flatMap(readOrNone);
      if (sessions.length > 0) return sessions;
      if (removed.length > 0) continue;
      await patience.wait(new Error(`Other replicas changed the sessions of ${user} before every attempt.`));
    }
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const wasOver = (where: ExpressionBuilder<Tables, 'sessions'>) =>
      where.or([where('expires_at', '<', before), where('ended_at', '<', before)]);
    const { numDeletedRows } = await this.#statements.run(() =>
      this.#db
        .deleteFrom('sessions')
        .where(
          'id',
          'in',
          this.#db
            .selectFrom('sessions')
            .select('id')
            .where('over_at', '<', before + OVER_AT_STEP_MS)
            .where(wasOver)
            .orderBy('over_at')
            .orderBy('id')
            .limit(limit),
        )
        // PostgreSQL checks only this condition again on a row that another transaction has just changed.
        .where(wasOver)
        .executeTakeFirst(),
    );
    return Number(numDeletedRows);
  }

  /** A damaged session is left out of a list, because it must not hide the others. */
  #listed(row: SessionRow): readonly Session[] {
    try {
      return [fromRow(row)];
    } catch (err) {
      this.#logger.error({ err, user_id: row.user_id }, 'A damaged session was left out of a list.');
      return [];
    }
  }

  #rowsOf(user: UserId, limit: number): Promise<SessionRow[]> {
    return this.#statements.run(() =>
      this.#db
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', user)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
  }

  /** Removes and returns those that are still of the version that was read. */
  #remove(rows: readonly SessionRow[]): Promise<SessionRow[]> {
    return this.#statements.run(() =>
      this.#db
        .deleteFrom('sessions')
        .where((where) => where.or(rows.map(({ id, version }) => where.and({ id, version }))))
        .returningAll()
        .execute(),
    );
  }

  #replace(stored: Session, changed: Session, effects?: Effects): Promise<boolean> {
    const update = (db: Database) =>
      db
        .updateTable('sessions')
        .set(changesOf(toRow(stored), toRow(changed)))
        .where('id', '=', stored.id)
        .where('version', '=', stored.version)
        .returning('id');
    return this.#statements.run(() => write(this.#db, update, effects));
  }
}

function readOrNone(row: SessionRow): readonly Session[] {
  try {
    return [fromRow(row)];
  } catch {
    return [];
  }
}
