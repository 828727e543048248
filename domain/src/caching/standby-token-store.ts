import type { AuthTokenRecord } from '../model/auth-token.ts';
import type { Digest } from '../model/digest.ts';
import { unlessUnavailable } from '../model/errors.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { TokenStore } from '../ports/token-store.ts';

/**
 * Development's token store: it uses the primary while that answers, and the standby while it does not. The
 * next use of a token brings what happened on the standby to the primary: a token issued meanwhile stays
 * valid, a token revoked meanwhile stays dead.
 *
 * It serves one process: other processes on the same primary do not see its standby.
 */
export class StandbyTokenStore implements TokenStore {
  readonly #primary: TokenStore;
  readonly #standby: TokenStore;
  readonly #notYetSaved = new Set<Digest>();
  readonly #notYetRevoked = new Set<Digest>();
  /** In-flight saves to the primary. */
  readonly #saves = new Map<Digest, Promise<boolean>>();

  constructor(primary: TokenStore, standby: TokenStore) {
    this.#primary = primary;
    this.#standby = standby;
  }

  async save(token: Digest, record: AuthTokenRecord): Promise<void> {
    await this.#standby.save(token, record);
    const saved = await unlessUnavailable(this.#primary.save(token, record));
    if (!saved) this.#notYetSaved.add(token);
  }

  async find(token: Digest): Promise<AuthTokenRecord | undefined> {
    if (this.#notYetRevoked.has(token)) {
      await this.revoke(token);
      return undefined;
    }
    // Save first, then ask: several requests may come at once with a token that the primary lacks.
    if (this.#notYetSaved.has(token) && !(await this.#bring(token))) return this.#standby.find(token);
    const answer = await unlessUnavailable(this.#primary.find(token));
    return answer ? answer.value : this.#standby.find(token);
  }

  async expire(token: Digest, at: Timestamp): Promise<void> {
    await this.#standby.expire(token, at);
    const expires = await unlessUnavailable(this.#primary.expire(token, at));
    if (!expires) this.#notYetSaved.add(token);
  }

  async revoke(token: Digest): Promise<void> {
    this.#notYetSaved.delete(token);
    this.#notYetRevoked.add(token);
    // A save that arrives after the revocation would bring the token back.
    await Promise.allSettled([this.#saves.get(token)]);
    await this.#standby.revoke(token);
    if (await unlessUnavailable(this.#primary.revoke(token))) this.#notYetRevoked.delete(token);
  }

  /** Copies the token to the primary. False when the primary is not available. */
  #bring(token: Digest): Promise<boolean> {
    const running = this.#saves.get(token);
    if (running) return running;
    const save = this.#saveOnPrimary(token).finally(() => this.#saves.delete(token));
    this.#saves.set(token, save);
    return save;
  }

  async #saveOnPrimary(token: Digest): Promise<boolean> {
    const record = await this.#standby.find(token);
    if (record && !(await unlessUnavailable(this.#primary.save(token, record)))) return false;
    this.#notYetSaved.delete(token);
    return true;
  }
}
