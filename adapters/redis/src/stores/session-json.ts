import {
  fromRfc3339,
  type IssuedDigest,
  parseDeviceId,
  parseDigest,
  parseEpoch,
  parseSecret,
  parseSessionId,
  parseUserId,
  type Predecessor,
  type Rotation,
  type Session,
  toIpAddress,
  toRfc3339,
  toUserAgent,
  ValidationFailed,
} from '@user-management/domain';
import { nullOr, parseObject, parseVersion, timeOrNull } from './user-json.ts';

type Json = Record<string, unknown>;

export const sessionToJson = (session: Session): Json => ({
  session_id: session.id,
  user_id: session.userId,
  session_epoch: session.epoch,
  device_id: session.device.deviceId,
  user_agent: session.device.userAgent,
  ip: session.device.ip,
  created_at: toRfc3339(session.createdAt),
  last_seen_at: toRfc3339(session.lastSeenAt),
  expires_at: toRfc3339(session.expiresAt),
  ended_at: timeOrNull(session.endedAt),
  token: issuedToJson(session.token),
  previous_token: session.previousToken && issuedToJson(session.previousToken),
  refresh: session.refresh && rotationToJson(session.refresh),
  version: session.version,
});

/** @throws {ValidationFailed} when the text is not a complete and valid session. */
export function sessionFromJson(text: string): Session {
  const json = parseObject(text);
  return {
    id: parseSessionId(json['session_id']),
    userId: parseUserId(json['user_id']),
    epoch: parseEpoch(json['session_epoch']),
    device: {
      deviceId: parseDeviceId(json['device_id']),
      userAgent: toUserAgent(json['user_agent']),
      ip: toIpAddress(json['ip']),
    },
    createdAt: fromRfc3339(json['created_at']),
    lastSeenAt: fromRfc3339(json['last_seen_at']),
    expiresAt: fromRfc3339(json['expires_at']),
    endedAt: nullOr(fromRfc3339, json['ended_at']),
    token: parseIssued(json['token']),
    previousToken: nullOr(parseIssued, json['previous_token']),
    refresh: nullOr(parseRotation, json['refresh']),
    version: parseVersion(json['version']),
  };
}

const issuedToJson = ({ digest, expiresAt }: IssuedDigest) => ({ digest, expires_at: toRfc3339(expiresAt) });

function parseIssued(input: unknown): IssuedDigest {
  const json = asObject(input);
  return { digest: parseDigest(json['digest']), expiresAt: fromRfc3339(json['expires_at']) };
}

const rotationToJson = ({ family, current, predecessor }: Rotation) => ({
  family,
  current,
  predecessor: predecessor && { ...predecessor, until: toRfc3339(predecessor.until) },
});

function parseRotation(input: unknown): Rotation {
  const json = asObject(input);
  return {
    family: parseDigest(json['family']),
    current: parseDigest(json['current']),
    predecessor: nullOr(parsePredecessor, json['predecessor']),
  };
}

function parsePredecessor(input: unknown): Predecessor {
  const json = asObject(input);
  return {
    digest: parseDigest(json['digest']),
    salt: parseSecret(json['salt']),
    until: fromRfc3339(json['until']),
  };
}

function asObject(input: unknown): Json {
  if (typeof input !== 'object' || input === null) throw new ValidationFailed('must be an object');
  return input as Json;
}
