import { anEndpointId } from '@user-management/conformance';
import type { Event, Receipt, Webhook, WebhookSender } from '@user-management/domain';
import type { Trouble } from './trouble.ts';

/** All replicas send to it. */
export const ENDPOINT = { id: anEndpointId(), types: null };

/** A sender in trouble: some calls are slow, and some fail before or after the receiver has the webhook. */
export class FaultySender implements WebhookSender {
  readonly endpoints = [ENDPOINT];
  readonly #receive: (event: Event) => void;
  readonly #trouble: Trouble;

  constructor(trouble: Trouble, receive: (event: Event) => void) {
    this.#trouble = trouble;
    this.#receive = receive;
  }

  async send({ event }: Webhook): Promise<Receipt> {
    await this.#trouble.around(async () => {
      this.#receive(event);
      await Promise.resolve();
    });
    return 'accepted';
  }
}
