import { DependencyUnavailable } from '@user-management/domain';
import type { Scheduler } from 'fast-check';

/**
 * A port on the other side of a network: the scheduler decides when a question arrives and when its answer
 * does. Whatever is on its way while `reachable` is false is lost, be it question or answer.
 */
export function scheduled<Port extends object>(
  scheduler: Scheduler,
  target: Port,
  reachable: () => boolean = () => true,
): Port {
  const travel = async (what: string): Promise<void> => {
    await scheduler.schedule(Promise.resolve(), what);
    if (!reachable()) throw new DependencyUnavailable('cache');
  };
  return new Proxy(target, {
    get: (_, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const work = (args: unknown[]): unknown => Reflect.apply(member, target, args);
      // This one an adapter does within its own process.
      if (name === 'distrust') return () => work([]);
      return async (...args: unknown[]) => {
        await travel(`${String(name)} is asked`);
        const answer = await work(args);
        await travel(`${String(name)} is answered`);
        return answer;
      };
    },
  });
}
