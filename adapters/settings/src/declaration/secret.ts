/** A value that must never be shown. Printing, serialising or inspecting it gives `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  // util.inspect (and so console.log) would print `Secret {}`, which looks like an unset value.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
