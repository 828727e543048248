import type { Digest } from '../model/digest.ts';
import type { Email } from '../model/email.ts';
import { unlessUnavailable } from '../model/errors.ts';
import type { UserId } from '../model/user-id.ts';
import type { KnownDevices } from '../ports/known-devices.ts';

/**
 * Development's known devices: it asks the primary while that answers, and the standby while it does not.
 * Neither knows the devices of the other, which development can live with.
 */
export class StandbyKnownDevices implements KnownDevices {
  readonly #primary: KnownDevices;
  readonly #standby: KnownDevices;

  constructor(primary: KnownDevices, standby: KnownDevices) {
    this.#primary = primary;
    this.#standby = standby;
  }

  async find(account: Email, token: Digest): Promise<UserId | undefined> {
    const answer = await unlessUnavailable(this.#primary.find(account, token));
    return answer ? answer.value : this.#standby.find(account, token);
  }

  async remember(account: Email, token: Digest, user: UserId): Promise<void> {
    const done = await unlessUnavailable(this.#primary.remember(account, token, user));
    if (!done) await this.#standby.remember(account, token, user);
  }

  async forget(account: Email): Promise<void> {
    await this.#standby.forget(account);
    await unlessUnavailable(this.#primary.forget(account));
  }
}
