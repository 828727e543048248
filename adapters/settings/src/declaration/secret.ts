/** A value that must never be shown. Printing, serialising or inspecting it gives `[secret]`. */
export class Secret {
  readonly #value: string | (() => string);

  /** @param value a function when the value may change; each `reveal` calls it. */
  constructor(value: string | (() => string)) {
    this.#value = value;
  }

  reveal(): string {
    return typeof this.#value === 'string' ? this.#value : this.#value();
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
