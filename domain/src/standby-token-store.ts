import type { AuthToken, AuthTokenRecord } from './auth-token.ts';
import { DependencyUnavailable } from './errors.ts';
import type { TokenStore } from './ports/token-store.ts';

/**
 * Development's token store: the primary where it answers, the standby where it does not. What happened on the standby alone is
 * brought to the primary when the token is next used: one issued meanwhile stays valid, one revoked meanwhile stays dead.
 *
 * It is for one process: others that share the primary do not see this one's standby.
 */
export class StandbyTokenStore implements TokenStore {
  readonly #primary: TokenStore;
  readonly #standby: TokenStore;
  readonly #notYetSaved = new Set<AuthToken>();
  readonly #notYetRevoked = new Set<AuthToken>();

  constructor(primary: TokenStore, standby: TokenStore) {
    this.#primary = primary;
    this.#standby = standby;
  }

  async save(token: AuthToken, record: AuthTokenRecord): Promise<void> {
    await this.#standby.save(token, record);
    const saved = await reached(this.#primary.save(token, record));
    if (!saved) this.#notYetSaved.add(token);
  }

  async find(token: AuthToken): Promise<AuthTokenRecord | undefined> {
    if (this.#notYetRevoked.has(token)) {
      await this.revoke(token);
      return undefined;
    }
    const answer = await reached(this.#primary.find(token));
    if (!answer) return this.#standby.find(token);
    if (answer.value) return answer.value;
    if (!this.#notYetSaved.delete(token)) return undefined;
    const record = await this.#standby.find(token);
    if (record) await this.save(token, record);
    return record;
  }

  async revoke(token: AuthToken): Promise<void> {
    await this.#standby.revoke(token);
    this.#notYetSaved.delete(token);
    if (await reached(this.#primary.revoke(token))) this.#notYetRevoked.delete(token);
    else this.#notYetRevoked.add(token);
  }
}

async function reached<T>(answer: Promise<T>): Promise<{ value: T } | undefined> {
  try {
    return { value: await answer };
  } catch (error) {
    if (error instanceof DependencyUnavailable) return undefined;
    throw error;
  }
}
