import { nextTick } from 'node:process';
import type { Runner } from './on-behalf-of.ts';
import { command, type Entry } from './records.ts';

/** The entries for one index that wait for the end of the turn. */
interface Gathered {
  readonly args: string[];
  readonly sent: Promise<unknown>;
}

const gathered = new WeakMap<Runner, Map<string, Gathered>>();

/**
 * Adds an entry to an index, or gives it that score. Entries that one turn of the event loop adds to the same
 * index are one command, because an import adds a hundred users at a time. The commands are in the order in
 * which their indexes got the first entry.
 */
export async function gather(redis: Runner, key: string, { member, score }: Entry): Promise<void> {
  const indexes = gathered.get(redis) ?? new Map<string, Gathered>();
  gathered.set(redis, indexes);
  const open = indexes.get(key) ?? begin(redis, indexes, key);
  open.args.push(String(score), member);
  await open.sent;
}

function begin(redis: Runner, indexes: Map<string, Gathered>, key: string): Gathered {
  const args: string[] = [];
  const sent = new Promise<void>((resolve) => {
    nextTick(resolve);
  }).then(() => {
    indexes.delete(key);
    return command(redis, 'ZADD', key, ...args);
  });
  indexes.set(key, { args, sent });
  return { args, sent };
}
