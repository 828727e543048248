import { quantile } from '../report/rounds.ts';
import type { Reply, Target } from './target.ts';

export interface Attempt {
  readonly path: string;
  readonly json: object;
  readonly from: string;
}

export interface Assault {
  readonly requests: number;
  /** How many requests a limit refused. */
  readonly refused: number;
  /** How many passwords were hashed or checked, also those of others at the same time. */
  readonly passwords: number;
  /** How many passwords of the attacker were checked, and were wrong. */
  readonly wrong: number;
  /** By how much the data in Redis grew. */
  readonly bytes: number;
  readonly seconds: number;
  /** The median time of a refusal, in milliseconds, with `IN_FLIGHT` requests in flight. */
  readonly refusal: number;
}

/** What an attacker keeps in flight. */
const IN_FLIGHT = 16;

/** Sends all requests, as fast as the target answers. */
export async function assault(target: Target, attempts: Iterable<Attempt>): Promise<Assault> {
  const [passwords, bytes] = [await target.passwordsTried(), await target.redisBytes()];
  const began = performance.now();
  const replies = await sendAll(target, attempts);
  const seconds = (performance.now() - began) / 1000;
  const refusals = replies.filter(({ status }) => status === 429);
  return {
    requests: replies.length,
    refused: refusals.length,
    passwords: (await target.passwordsTried()) - passwords,
    wrong: replies.filter(({ status }) => status === 401).length,
    bytes: (await target.redisBytes()) - bytes,
    seconds,
    refusal: quantile(
      refusals.map(({ milliseconds }) => milliseconds),
      0.5,
    ),
  };
}

async function sendAll(target: Target, attempts: Iterable<Attempt>): Promise<readonly Reply[]> {
  const queue = attempts[Symbol.iterator]();
  const replies: Reply[] = [];
  const attacker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const { path, json, from } = next.value;
      const reply = await target.post(path, json, from);
      if (reply.status >= 500) throw new Error(`${path} answered ${reply.status}`);
      replies.push(reply);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, attacker));
  return replies;
}
