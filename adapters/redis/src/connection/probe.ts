import type { keys } from '../keys.ts';
import { isRefusal, refusalCode } from './refusal.ts';
import type { Sender } from './reads.ts';
import { Script } from './script.ts';

/** Does nothing; a server that refuses it refuses every script. */
const NO_OPERATION = new Script('return 1');

/**
 * What a server of a cluster answers about a slot that is just changing hands. It says nothing about the
 * server.
 */
const MOVING = ['MOVED', 'ASK', 'TRYAGAIN'] as const;

/**
 * Tries what requests do, on keys that are never there, so that nothing changes: it reads, runs a script and
 * writes.
 * @returns why Redis refuses writes, though it can be read; `undefined` when all is well.
 * @throws why Redis cannot be used: it does not answer, loads its data, or forbids keys, commands or scripts.
 */
export async function probe(sender: Sender, at: ReturnType<typeof keys.probes>): Promise<Error | undefined> {
  const [lease] = at;
  const essential = [
    ...at.map((key) => sender.send(['GETRANGE', key, '0', '0'])),
    NO_OPERATION.run(sender, [lease], []),
  ];
  // XX: only if the key exists. Redis decides before that whether it takes writes at all.
  const write = sender.send(['SET', lease, '', 'XX']);
  const [written, ...outcomes] = await Promise.allSettled([write, ...essential]);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' && !isRefusal(outcome.reason, ...MOVING)) throw outcome.reason;
  }
  if (written.status === 'fulfilled' || isRefusal(written.reason, ...MOVING)) return undefined;
  if (refusalCode(written.reason) === undefined || isRefusal(written.reason, 'NOPERM')) throw written.reason;
  return written.reason as Error;
}
