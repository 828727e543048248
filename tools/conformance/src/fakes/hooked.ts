type Moment = 'before' | 'after';
type Hook = () => Promise<void> | void;
type Operation<Port> = keyof Port & string;

/**
 * Wraps a port so that a test can stop, fail and count its operations. The port's behaviour stays the same.
 */
export class Hooked<Port extends object> {
  readonly port: Port;
  readonly #calls = new Map<string, number>();
  readonly #hooks = new Map<string, Hook[]>();

  constructor(target: Port) {
    this.port = new Proxy(target, {
      get: (_, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#call(String(name), () => Reflect.apply(member, target, args));
      },
    });
  }

  calls(operation: Operation<Port>): number {
    return this.#calls.get(operation) ?? 0;
  }

  /** Runs the hook once, at the next such moment. What it throws goes to the caller of the operation. */
  once(moment: Moment, operation: Operation<Port>, hook: Hook): void {
    this.#hooksOf(moment, operation).push(hook);
  }

  failOnce(moment: Moment, operation: Operation<Port>, error: Error): void {
    this.once(moment, operation, () => {
      throw error;
    });
  }

  /** Stops the next caller at that moment until the gate opens. */
  stopOnce(moment: Moment, operation: Operation<Port>): Gate {
    const gate = new Gate();
    this.once(moment, operation, () => gate.pass());
    return gate;
  }

  async #call(operation: string, work: () => unknown): Promise<unknown> {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1);
    await this.#hooksOf('before', operation).shift()?.();
    const result = await work();
    await this.#hooksOf('after', operation).shift()?.();
    return result;
  }

  #hooksOf(moment: Moment, operation: string): Hook[] {
    const name = `${moment} ${operation}`;
    const hooks = this.#hooks.get(name) ?? [];
    this.#hooks.set(name, hooks);
    return hooks;
  }
}

/** A caller waits here until the test lets it through. Tests order events with it instead of sleeping. */
export class Gate {
  readonly #reached = Promise.withResolvers<undefined>();
  readonly #opened = Promise.withResolvers<undefined>();

  /** Waits until the work stands at the gate. @throws when the work ends without coming there. */
  async holds(work: Promise<unknown>): Promise<void> {
    const missed = work.then(() => {
      throw new Error('The work was over before it came to the gate.');
    });
    await Promise.race([this.#reached.promise, missed]);
  }

  open(): void {
    this.#opened.resolve(undefined);
  }

  async pass(): Promise<void> {
    this.#reached.resolve(undefined);
    await this.#opened.promise;
  }
}
