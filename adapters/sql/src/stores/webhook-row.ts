import { type Event, parseUserId, type UserId, type Webhook } from '@user-management/domain';
import type { Insertable } from 'kysely';
import type { WebhookLaneTable, WebhookTable } from '../schema/tables.ts';
import { columnsOf, parseCount } from './row.ts';

const column = columnsOf('webhook lane');

export const toRow = ({ endpoint, event: { id, userId } }: Webhook) =>
  ({ endpoint, user_id: userId, event_id: id }) satisfies Insertable<WebhookTable>;

/** The lanes of webhooks of one change, which is about one user. */
export function toLaneRows(webhooks: readonly Webhook[]) {
  const rows = webhooks.map(({ endpoint, event }) => toLaneRow(endpoint, event));
  const lanes = new Map(rows.map((row) => [`${row.endpoint} ${row.user_id}`, row]));
  return [...lanes.values()];
}

const toLaneRow = (endpoint: string, { userId, time }: Event) =>
  ({
    endpoint,
    user_id: userId,
    attempts: 0,
    due_at: time,
    version: 1,
  }) satisfies Insertable<WebhookLaneTable>;

/** @throws {UnreadableRow} */
export const fromLaneRow = (row: {
  readonly user_id: unknown;
  readonly attempts: unknown;
}): { readonly userId: UserId; readonly attempts: number } => {
  const named = { ...row, id: row.user_id };
  return {
    userId: column(named, 'user_id', parseUserId),
    attempts: column(named, 'attempts', parseCount),
  };
};
