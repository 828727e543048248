import { hash } from 'node:crypto';
import type {
  Digest,
  Email,
  EndpointId,
  EventId,
  MessageId,
  SessionId,
  UserId,
} from '@user-management/domain';

/** 132 bits of a SHA-256: nobody can find two texts that share them. */
const shortDigest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

/**
 * Every key that the service writes to Redis. The first three are a contract: other services and operators
 * read them.
 */
export const keys = {
  user: (id: UserId) => `user:${id}`,
  email: (email: Email) => `user:email:${email}`,
  /** The digest protects the token: a reader of Redis cannot log in with it. */
  token: (token: Digest) => `auth:token:${token}`,
  /** The known devices of an account. The digest keeps its address out of the key. */
  devices: (account: Email) => `auth:devices:${shortDigest(account)}`,
  /** The braces put a lease into the hash slot of its user. */
  lease: (id: UserId) => `lease:{user:${id}}`,
  record: (id: UserId) => `record:user:${id}`,
  claim: (email: Email) => `record:user:email:${email}`,
  /** What a version of the service without sessions drops from a record, in the hash slot of the record. */
  supplement: (id: UserId) => `record:supplement:{record:user:${id}}`,
  /** What a version of the service without metadata drops from a record, in the hash slot of the record. */
  metadata: (id: UserId) => `record:metadata:{record:user:${id}}`,
  active: 'record:users:active',
  listed: 'record:users:listed',
  emails: 'record:users:emails',
  deleting: 'record:users:deleting',
  session: (id: SessionId) => `record:session:${id}`,
  sessionsOf: (id: UserId) => `record:session:user:${id}`,
  sessionsOver: 'record:sessions:over',
  /** The events of one change, by its first event, in the hash slot of the record that it changed. */
  events: (record: string, first: EventId) => `record:events:{${record}}:${first}`,
  /** The events of the change that added the record. */
  firstEvents: (record: string) => `record:events:{${record}}:first`,
  /** An event that belongs to no change. */
  event: (id: EventId) => `record:event:${id}`,
  eventsOf: (id: UserId) => `record:events:user:${id}`,
  eventsByTime: 'record:events:time',
  challenge: (id: Digest) => `record:challenge:${id}`,
  /** Names the challenge that is in force. */
  challengeAt: (place: Digest) => `record:challenge:place:${place}`,
  challengesOf: (id: UserId) => `record:challenges:user:${id}`,
  /** A mail, in the hash slot of the record whose change caused it. */
  mail: (record: string, id: MessageId) => `record:mail:{${record}}:${id}`,
  /** The mails of the change that added the record. */
  firstMails: (record: string) => [1, 2, 3, 4].map((n) => `record:mail:{${record}}:first-${n}`),
  mailsDue: 'record:mails:due',
  /** The webhooks that an endpoint has not got, by user and event. The braces keep its keys in one slot. */
  webhooks: (endpoint: EndpointId) => `record:webhooks:{${endpoint}}`,
  webhookTimes: (endpoint: EndpointId) => `record:webhooks:{${endpoint}}:times`,
  webhookLanes: (endpoint: EndpointId) => `record:webhooks:{${endpoint}}:lanes`,
  webhookTries: (endpoint: EndpointId) => `record:webhooks:{${endpoint}}:tries`,
  webhookEndpoints: 'record:webhooks:endpoints',
  dataset: 'record:dataset',
  /** The counts of one subject. The digest bounds the key, and keeps addresses and emails out of it. */
  limit: (name: string, subject: string) => `limit:${name}:${shortDigest(subject)}`,
  /** Written once at the start, to check that Redis accepts writes. */
  startupCheck: (id: string) => `lease:startup-check:${id}`,
  /** These keys never exist: one for each family that requests read, all in the hash slot of `tag`. */
  probes: (tag: string) =>
    [`lease:{${tag}}`, `user:{${tag}}`, `auth:token:{${tag}}`, `limit:{${tag}}`] as const,
} as const;

/** The record whose change caused the mail under this key. `undefined` when it is no key of a mail. */
export const recordOfMail = (key: string): string | undefined =>
  /^record:mail:\{([^{}]+)\}:[^{}]+$/.exec(key)?.[1];

/** The families of keys. A key belongs to the first family that matches it. */
export const KEY_PATTERNS = [
  'user:email:*',
  'user:*',
  'auth:token:*',
  'auth:devices:*',
  'record:*',
  'limit:*',
  'lease:*',
] as const;

export type KeyPattern = (typeof KEY_PATTERNS)[number];

/** `undefined` when the service has no such key. */
export const patternOf = (key: string): KeyPattern | undefined =>
  KEY_PATTERNS.find((pattern) => key.startsWith(pattern.slice(0, -1)));
