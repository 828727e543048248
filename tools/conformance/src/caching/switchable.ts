import { DependencyUnavailable } from '@user-management/domain';

/** A port that can be switched off, as a Redis that cannot be reached: then it rejects, and does nothing. */
export class Switchable<Port extends object> {
  readonly port: Port;
  on = true;

  constructor(target: Port) {
    this.port = new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        // What an adapter does within its own process needs no network.
        const isLocal = name === 'distrust';
        return (...args: unknown[]): unknown => {
          const work = (): unknown => Reflect.apply(member, target, args);
          return isLocal ? work() : this.#call(work);
        };
      },
    });
  }

  #call(work: () => unknown): unknown {
    return this.on ? work() : Promise.reject(new DependencyUnavailable('cache'));
  }
}
