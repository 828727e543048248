const WIDTH = 24;
const EVERY_MS = 100;

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar on a terminal. Elsewhere it shows nothing, so that logs have the summary alone. */
export class Progress {
  readonly #screen: Screen;
  readonly #now: () => number;
  #shown = 0;

  constructor(screen: Screen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#now = now;
  }

  /** @param fraction from 0 to 1. `undefined`: nobody knows how much is to come. */
  show(fraction: number | undefined, text: string): void {
    if (!this.#screen.isTTY || this.#now() - this.#shown < EVERY_MS) return;
    this.#shown = this.#now();
    this.#screen.write(`\r\u001b[K${fraction === undefined ? '' : `${bar(fraction)} `}${text}`);
  }

  clear(): void {
    if (this.#screen.isTTY) this.#screen.write('\r\u001b[K');
  }
}

function bar(fraction: number): string {
  const done = Math.round(Math.min(1, fraction) * WIDTH);
  const percent = String(Math.floor(fraction * 100)).padStart(3);
  return `[${'#'.repeat(done)}${'.'.repeat(WIDTH - done)}] ${percent} %`;
}
