import type { Direction, FaultyProxy } from '../network/faulty-proxy.ts';
import type { Random } from '../random.ts';
import { pause } from '../world/pause.ts';
import type { World } from '../world/world.ts';

type Fault = (proxy: FaultyProxy, random: Random, signal: AbortSignal) => Promise<void> | void;

const hang =
  (...directions: Direction[]): Fault =>
  async (proxy, random, signal) => {
    for (const direction of directions) proxy.hang(direction);
    // Sometimes shorter than the timeout of a command, so that its caller still waits.
    await pause(random.integer(20, 450), signal);
    proxy.release();
  };

const delay: Fault = async (proxy, random, signal) => {
  proxy.delay(random.integer(1, 30));
  await pause(random.integer(50, 500), signal);
  proxy.delay(0);
};

const FAULTS: readonly (readonly [weight: number, name: string, Fault])[] = [
  [6, 'delay', delay],
  [1, 'hang', hang('requests', 'answers')],
  [1, 'hang of requests', hang('requests')],
  [1, 'hang of answers', hang('answers')],
  [2, 'cut', (proxy) => proxy.cut()],
  [1, 'reset', (proxy) => proxy.reset()],
  [1, 'half-open', (proxy) => proxy.vanish()],
];

/** Applies one fault after the other to one network, until the signal. */
export async function troubleNetwork(
  name: string,
  proxy: FaultyProxy,
  { journal, statistics, pace }: World,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const faults = FAULTS.map(([weight, ...fault]) => [weight, fault] as const);
  for (;;) {
    await pace.after(random.integer(1, 60), signal);
    if (signal.aborted) return;
    const [fault, trouble] = random.pickWeighted(faults);
    statistics.count('fault', fault);
    journal.tell(name, fault);
    await trouble(proxy, random, signal);
    journal.tell(name, `${fault} is over`);
  }
}
