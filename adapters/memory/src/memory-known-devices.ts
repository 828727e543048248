import {
  type Clock,
  DEVICE_TOKEN_TTL,
  type Digest,
  type Email,
  type KnownDevices,
  MOST_KNOWN_DEVICES,
  type UserId,
} from '@user-management/domain';
import { LRUCache } from 'lru-cache';

interface Options {
  readonly clock: Clock;
  /** The limit of accounts. Beyond it, the devices of the least recently used one are forgotten. */
  readonly maxEntries: number;
}

interface Device {
  readonly user: UserId;
  readonly expiresAt: number;
}

/** The known devices in the memory of one process. */
export class MemoryKnownDevices implements KnownDevices {
  readonly #clock: Clock;
  /** The devices of an account, in the order in which they were remembered. */
  readonly #accounts: LRUCache<Email, Map<Digest, Device>>;

  constructor({ clock, maxEntries }: Options) {
    this.#clock = clock;
    this.#accounts = new LRUCache({ max: maxEntries });
  }

  find(account: Email, token: Digest): Promise<UserId | undefined> {
    const device = this.#accounts.get(account)?.get(token);
    return Promise.resolve(device && this.#clock.now() < device.expiresAt ? device.user : undefined);
  }

  remember(account: Email, token: Digest, user: UserId): Promise<void> {
    const devices = this.#accounts.get(account) ?? new Map<Digest, Device>();
    devices.delete(token);
    devices.set(token, { user, expiresAt: this.#clock.now() + DEVICE_TOKEN_TTL * 1000 });
    for (const first of [...devices.keys()].slice(0, -MOST_KNOWN_DEVICES)) devices.delete(first);
    this.#accounts.set(account, devices);
    return Promise.resolve();
  }

  forget(account: Email): Promise<void> {
    this.#accounts.delete(account);
    return Promise.resolve();
  }
}
