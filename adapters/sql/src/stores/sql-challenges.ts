import type {
  Challenge,
  ChallengeRepository,
  Digest,
  Effects,
  Timestamp,
  UserId,
} from '@user-management/domain';
import { sql } from 'kysely';
import type { Database } from '../schema/tables.ts';
import type { Statements } from '../statements/statements.ts';
import { fromRow, toRow } from './challenge-row.ts';
import { changesOf, unlessUnreadable } from './row.ts';
import { Updates } from './updates.ts';
import { write } from './write.ts';

/** Challenges in one table. Its statements are as those of `SqlUsers`. */
export class SqlChallenges implements ChallengeRepository {
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #updates: Updates<Digest, Challenge>;

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
    this.#updates = new Updates({
      patience: () => statements.patience(),
      find: (id) => this.find(id),
      replace: (stored, changed, effects) => this.#replace(stored, changed, effects),
    });
  }

  async issue(challenge: Challenge, effects?: Effects): Promise<void> {
    const row = toRow(challenge);
    const upsert = (db: Database) =>
      db
        .insertInto('challenges')
        .values(row)
        .onConflict((conflict) => conflict.column('place').doUpdateSet(row))
        .returning('id');
    await this.#statements.run(() => write(this.#db, upsert, effects));
  }

  async find(id: Digest): Promise<Challenge | undefined> {
    const row = await this.#statements.run(() =>
      this.#db.selectFrom('challenges').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row && fromRow(row);
  }

  async ofUser(user: UserId): Promise<readonly Challenge[]> {
    const rows = await this.#statements.run(() =>
      this.#db.selectFrom('challenges').selectAll().where('user_id', '=', user).execute(),
    );
    return rows.flatMap((row) => unlessUnreadable(() => fromRow(row)) ?? []);
  }

  update(id: Digest, change: (challenge: Challenge) => Challenge): Promise<Challenge | undefined> {
    return this.#updates.apply(id, change);
  }

  async remove(id: Digest): Promise<void> {
    await this.#statements.run(() => this.#db.deleteFrom('challenges').where('id', '=', id).execute());
  }

  async removeOf(user: UserId): Promise<void> {
    await this.#statements.run(() => this.#db.deleteFrom('challenges').where('user_id', '=', user).execute());
  }

  async prune(before: Timestamp, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#statements.run(() =>
      this.#db
        .deleteFrom('challenges')
        .where(
          'id',
          'in',
          this.#db
            .selectFrom('challenges')
            .select('id')
            .where('expires_at', '<', before)
            .orderBy('expires_at')
            .orderBy('id')
            .limit(limit),
        )
        // As in `SqlSessions.prune`: a new challenge may just have taken the row of the expired one.
        .where(sql`expires_at + 0`, '<', before)
        .executeTakeFirst(),
    );
    return Number(numDeletedRows);
  }

  #replace(stored: Challenge, changed: Challenge, effects?: Effects): Promise<boolean> {
    const update = (db: Database) =>
      db
        .updateTable('challenges')
        .set(changesOf(toRow(stored), toRow(changed)))
        .where('id', '=', stored.id)
        .where('version', '=', stored.version)
        .returning('id');
    return this.#statements.run(() => write(this.#db, update, effects));
  }
}
