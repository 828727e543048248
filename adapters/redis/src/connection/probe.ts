import type { keys } from '../keys.ts';
import { isRefusal, refusalCode } from './refusal.ts';
import type { Sender } from './reads.ts';
import { Script } from './script.ts';

/** A server that refuses this script refuses every script. */
const NO_OPERATION = new Script('return 1');

/** The answers about a slot that moves to another server. They do not mean that the server is unusable. */
const MOVING = ['MOVED', 'ASK', 'TRYAGAIN'] as const;

/**
 * Tries the same operations as requests: it reads, runs a script and writes. The keys never exist, so nothing
 * changes.
 * @returns the reason why Redis refuses writes but answers reads, or `undefined` when it accepts both.
 * @throws the reason why Redis cannot be used: it does not answer, loads its data, or forbids keys, commands
 * or scripts.
 */
export async function probe(sender: Sender, at: ReturnType<typeof keys.probes>): Promise<Error | undefined> {
  const [lease] = at;
  const essential = [
    ...at.map((key) => sender.send(['GETRANGE', key, '0', '0'])),
    NO_OPERATION.run(sender, [lease], []),
  ];
  // With XX, SET writes only an existing key. Redis checks first whether it accepts writes at all.
  const write = sender.send(['SET', lease, '', 'XX']);
  const [written, ...outcomes] = await Promise.allSettled([write, ...essential]);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && !isRefusal(outcome.reason, ...MOVING)) throw outcome.reason;
  }
  if (written.status === 'fulfilled' || isRefusal(written.reason, ...MOVING)) return undefined;
  if (refusalCode(written.reason) === undefined || isRefusal(written.reason, 'NOPERM')) throw written.reason;
  return written.reason as Error;
}
