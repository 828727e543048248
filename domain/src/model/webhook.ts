import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import type { Event, EventType } from './event.ts';
import type { Timestamp } from './timestamp.ts';
import type { WebhookSecret } from './webhook-secret.ts';

/**
 * Names an endpoint in stores, logs and metrics: its host, and 8 hex digits of a digest of its URL. The rest
 * of the URL may hold a secret.
 */
export type EndpointId = Brand<string, 'EndpointId'>;

/** A receiver of events. */
export interface Endpoint {
  readonly id: EndpointId;
  /** The types of the events that it gets. `null`: all. */
  readonly types: readonly EventType[] | null;
}

/** An endpoint, as the operators configure it. */
export interface WebhookTarget extends Endpoint {
  readonly url: string;
  /** They sign each webhook: one, or two while the secret is being changed. */
  readonly secrets: readonly WebhookSecret[];
}

/** An event that an endpoint is to get. */
export interface Webhook {
  readonly endpoint: EndpointId;
  readonly event: Event;
}

/** A webhook that a replica has taken. */
export interface Delivery extends Webhook {
  /** How often a replica took it, this time included. */
  readonly attempts: number;
  /** No other replica takes it before. */
  readonly until: Timestamp;
}

const ENDPOINT_ID_PATTERN = /^[0-9a-z._:-]{1,253}-[0-9a-f]{8}$/;

/** @throws {ValidationFailed} */
export function parseEndpointId(input: unknown): EndpointId {
  if (typeof input !== 'string' || !ENDPOINT_ID_PATTERN.test(input)) {
    throw new ValidationFailed('must be a host and 8 hex digits');
  }
  return input as EndpointId;
}

/** What these endpoints are to get of these events. */
export const webhooksOf = (endpoints: readonly Endpoint[], events: readonly Event[]): readonly Webhook[] =>
  endpoints.flatMap(({ id, types }) =>
    events
      .filter(({ type }) => types === null || types.includes(type))
      .map((event) => ({ endpoint: id, event })),
  );
