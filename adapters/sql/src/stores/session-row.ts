import {
  overAt,
  parseDeviceId,
  parseDigest,
  parseEpoch,
  parseSecret,
  parseSessionId,
  parseUserId,
  type IssuedDigest,
  type Predecessor,
  type Rotation,
  type Session,
  toIpAddress,
  toUserAgent,
} from '@user-management/domain';
import type { Insertable, Selectable } from 'kysely';
import type { SessionTable } from '../schema/tables.ts';
import { columnsOf, fromInteger, orNull, parseInstant, parseVersion, unchanged } from './row.ts';

export type SessionRow = Selectable<SessionTable>;

const column = columnsOf('session');

export const toRow = (session: Session) =>
  ({
    id: session.id,
    user_id: session.userId,
    epoch: session.epoch,
    device_id: session.device.deviceId,
    user_agent: session.device.userAgent,
    ip: session.device.ip,
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
    ended_at: session.endedAt,
    over_at: overAtAbout(session),
    token_digest: session.token.digest,
    token_expires_at: session.token.expiresAt,
    previous_token_digest: session.previousToken?.digest ?? null,
    previous_token_expires_at: session.previousToken?.expiresAt ?? null,
    refresh_family: session.refresh?.family ?? null,
    refresh_current: session.refresh?.current ?? null,
    predecessor_digest: session.refresh?.predecessor?.digest ?? null,
    predecessor_salt: session.refresh?.predecessor?.salt ?? null,
    predecessor_until: session.refresh?.predecessor?.until ?? null,
    version: session.version,
  }) satisfies Insertable<SessionTable>;

/** An hour. */
export const OVER_AT_STEP_MS = 3_600_000;

/** `overAt`, rounded up: it follows each use of the session, and a change of it also writes the indexes. */
const overAtAbout = (session: Session): number =>
  Math.ceil(overAt(session) / OVER_AT_STEP_MS) * OVER_AT_STEP_MS;

/** @throws {UnreadableRow} */
export const fromRow = (row: SessionRow): Session => ({
  id: column(row, 'id', parseSessionId),
  userId: column(row, 'user_id', parseUserId),
  epoch: column(row, 'epoch', fromInteger(parseEpoch)),
  device: {
    deviceId: column(row, 'device_id', parseDeviceId),
    userAgent: column(row, 'user_agent', unchanged(toUserAgent)),
    ip: column(row, 'ip', unchanged(toIpAddress)),
  },
  createdAt: column(row, 'created_at', parseInstant),
  lastSeenAt: column(row, 'last_seen_at', parseInstant),
  expiresAt: column(row, 'expires_at', parseInstant),
  endedAt: column(row, 'ended_at', orNull(parseInstant)),
  token: {
    digest: column(row, 'token_digest', parseDigest),
    expiresAt: column(row, 'token_expires_at', parseInstant),
  },
  previousToken: readPreviousToken(row),
  refresh: readRefresh(row),
  version: column(row, 'version', parseVersion),
});

const readPreviousToken = (row: SessionRow): IssuedDigest | null =>
  row.previous_token_digest === null
    ? null
    : {
        digest: column(row, 'previous_token_digest', parseDigest),
        expiresAt: column(row, 'previous_token_expires_at', parseInstant),
      };

const readRefresh = (row: SessionRow): Rotation | null =>
  row.refresh_family === null
    ? null
    : {
        family: column(row, 'refresh_family', parseDigest),
        current: column(row, 'refresh_current', parseDigest),
        predecessor: readPredecessor(row),
      };

const readPredecessor = (row: SessionRow): Predecessor | null =>
  row.predecessor_digest === null
    ? null
    : {
        digest: column(row, 'predecessor_digest', parseDigest),
        salt: column(row, 'predecessor_salt', parseSecret),
        until: column(row, 'predecessor_until', parseInstant),
      };
