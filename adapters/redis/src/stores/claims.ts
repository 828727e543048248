import { randomUUID } from 'node:crypto';
import { type Email, orDamaged, parseUserId, type User, type UserId } from '@user-management/domain';
import { Script } from '../connection/script.ts';
import { keys } from '../keys.ts';
import type { Runner } from './on-behalf-of.ts';
import { command, remove, replace, textOf, trusted, valueOf } from './records.ts';
import { parseObject } from './user-json.ts';

/** Removes a claim that names no user. Somebody may have claimed the email since that was seen. */
const DROP_DAMAGED = new Script(`
  if redis.call('TYPE', KEYS[1]).ok == 'string' then
    local named = '^usr_' .. string.rep('[0-9a-f]', 32) .. ' '
    if string.find(redis.call('GETRANGE', KEYS[1], 0, 36) .. ' ', named) then return end
  end
  redis.call('DEL', KEYS[1])`);

/** A user as the record holds it. */
export interface Stored {
  readonly user: User;
  readonly text: string;
  /** Milliseconds until the record expires, or `FOR_GOOD`. */
  readonly left: number;
}

/** `id`, or `id mark` while somebody removes the claim. */
interface Claim {
  readonly id: UserId;
  readonly mark: string | undefined;
  readonly text: string;
}

/**
 * The ids by email. A claim may be stale: a change claims the new email before it writes the record, frees
 * the old email afterwards, and may die in between. So a user holds an email if the claim names the user and
 * the record has the email.
 *
 * A writer that wants an email removes its stale claim. But the claim may belong to a change in flight. So
 * the remover first marks the claim, and then *fences* the record: it writes the same user as another text.
 * - A change that read the record before the fence cannot replace it, and has to claim again.
 * - A change that claims after the mark does not rely on the marked claim.
 *
 * So after the fence no change relies on the marked claim. Marks are unique, so the remover removes no later
 * claim. No text of a record comes back, because the version or the fence in it is new.
 */
export class Claims {
  readonly #redis: Runner;
  readonly #find: (id: UserId) => Promise<Stored | undefined>;

  constructor(redis: Runner, find: (id: UserId) => Promise<Stored | undefined>) {
    this.#redis = redis;
    this.#find = find;
  }

  /** A hint: the user with this id may have another email, or be gone. */
  async claimant(email: Email): Promise<UserId | undefined> {
    const key = keys.claim(email);
    const text = await textOf(this.#redis, key);
    return text === undefined ? undefined : parseClaim(key, text).id;
  }

  /**
   * Returns whether the user may write a record with this email. Claim after reading the record that you
   * replace, and again before every attempt.
   */
  async claim({ id, email }: Pick<User, 'id' | 'email'>): Promise<boolean> {
    for (;;) {
      if ((await command(this.#redis, 'SET', keys.claim(email), id, 'NX')) === 'OK') return true;
      const claim = await orDamaged(this.#read(email));
      // Nobody can tell who holds the email.
      if (claim === 'damaged') return false;
      // Another change of the same user may have claimed the email. Only one of them can replace the record.
      if (claim?.text === id) return true;
      const holder = await this.holder(email);
      if (holder) return holder === id;
    }
  }

  /** Returns who holds the email. Removes the claim if it is stale. */
  async holder(email: Email): Promise<UserId | undefined> {
    const key = keys.claim(email);
    for (;;) {
      const claim = await this.#read(email);
      if (!claim) return undefined;
      const { id, mark, text } = claim;
      // Read after the claim: a change that writes the email after this read fails at the fence.
      const record = await this.#find(id);
      if (record?.user.email === email) {
        // The change was in flight, and it was faster.
        if (mark) await replace(this.#redis, text, [[key, id]]);
        return id;
      }
      if (record && !mark) await replace(this.#redis, text, [[key, `${id} ${randomUUID()}`]]);
      else if (!record || (await this.#fence(record))) await remove(this.#redis, key, text);
    }
  }

  /**
   * Removes the claim of a user who is being removed.
   * @param isHeld whether the record has the email. Then nobody else has, so a damaged claim goes too.
   */
  async release({ id, email }: Pick<User, 'id' | 'email'>, isHeld: boolean): Promise<void> {
    for (;;) {
      const claim = await orDamaged(this.#read(email));
      if (claim === 'damaged') {
        if (isHeld) await this.#dropDamaged(keys.claim(email));
        return;
      }
      if (claim?.id !== id || (await remove(this.#redis, keys.claim(email), claim.text))) return;
    }
  }

  async #dropDamaged(key: string): Promise<void> {
    await this.#redis.run(key, (session) => DROP_DAMAGED.run(session, [key], []));
  }

  async #read(email: Email): Promise<Claim | undefined> {
    const key = keys.claim(email);
    const value = await valueOf(this.#redis, key);
    return value && parseClaim(key, value.text);
  }

  #fence({ user, text }: Stored): Promise<boolean> {
    const fenced = JSON.stringify({ ...parseObject(text), fence: randomUUID() });
    return replace(this.#redis, text, [[keys.record(user.id), fenced]]);
  }
}

function parseClaim(key: string, text: string): Claim {
  const [id, mark] = text.split(' ');
  return { id: trusted(key, () => parseUserId(id)), mark, text };
}
