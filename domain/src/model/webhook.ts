import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import type { Event, EventType } from './event.ts';
import type { Timestamp } from './timestamp.ts';

/** Names an endpoint in the stores. It is a digest of the URL, which may hold a secret. */
export type EndpointId = Brand<string, 'EndpointId'>;

/** A receiver of events, as the operators configure it. */
export interface Endpoint {
  readonly id: EndpointId;
  /** The types of the events that it gets. `null`: all. */
  readonly types: readonly EventType[] | null;
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

/** @throws {ValidationFailed} */
export function parseEndpointId(input: unknown): EndpointId {
  if (typeof input !== 'string' || !/^[0-9a-f]{16}$/.test(input)) {
    throw new ValidationFailed('must be 16 hex digits');
  }
  return input as EndpointId;
}

/** The endpoints that get these events. */
export const webhooksOf = (endpoints: readonly Endpoint[], events: readonly Event[]): readonly Webhook[] =>
  endpoints.flatMap(({ id, types }) =>
    events
      .filter(({ type }) => types === null || types.includes(type))
      .map((event) => ({ endpoint: id, event })),
  );
