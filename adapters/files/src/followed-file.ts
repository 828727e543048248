import type { Logger } from '@user-management/domain';
import { FileProblem } from './file-problem.ts';
import { readBounded } from './read-bounded.ts';

/** Milliseconds between two looks at a file. A notification would miss that a symlink leads elsewhere now. */
const PAUSE_MS = 2_000;

export interface FileObserver {
  /** Tells whether the file is in force as it is, or refused. */
  file(variable: string, outcome: 'in-force' | 'refused'): void;
}

export interface FollowOptions {
  readonly observer: FileObserver;
  readonly logger: Logger;
}

interface Options<T> extends FollowOptions {
  /** The variable that names the file. */
  readonly variable: string;
  readonly path: string;
  /** @throws {FileProblem} */
  parse(text: string): T;
}

export interface FileState {
  readonly variable: string;
  /** Why the file is refused. `null`: it is in force as it is. */
  readonly problem: string | null;
}

/**
 * The value of a file that operators may replace while the service runs, for example by a new version of a
 * Kubernetes Secret. A file with a fault is refused as a whole, and the value before stays in force.
 */
export class FollowedFile<T> {
  readonly #options: Options<T>;
  #text: string;
  #value: T;
  #problem: string | null = null;
  #looking = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: Options<T>, text: string) {
    this.#options = options;
    this.#text = text;
    this.#value = options.parse(text);
    options.observer.file(options.variable, 'in-force');
  }

  /** Reads the file, and looks at it from then on. @throws {FileProblem} which names the variable. */
  static async open<T>(options: Options<T>): Promise<FollowedFile<T>> {
    try {
      const file = new FollowedFile(options, await readBounded(options.path));
      file.#timer = setInterval(() => void file.look(), PAUSE_MS).unref();
      return file;
    } catch (error) {
      throw error instanceof FileProblem ? new FileProblem(refusal(options, error)) : error;
    }
  }

  get value(): T {
    return this.#value;
  }

  get state(): FileState {
    return { variable: this.#options.variable, problem: this.#problem };
  }

  /** Looks at the file now. It never throws a problem of the file. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.#take(await readBounded(this.#options.path));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      this.#refuse(refusal(this.#options, error));
    } finally {
      this.#looking = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #take(text: string): void {
    const { variable, observer, logger } = this.#options;
    if (text === this.#text && this.#problem === null) return;
    this.#value = text === this.#text ? this.#value : this.#options.parse(text);
    this.#text = text;
    this.#problem = null;
    observer.file(variable, 'in-force');
    logger.info({ variable }, 'A file was read again, and its new content is in force.');
  }

  #refuse(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const { variable, observer, logger } = this.#options;
    observer.file(variable, 'refused');
    logger.error({ variable }, `${problem} The content before stays in force.`);
  }
}

const refusal = <T>({ variable, path }: Options<T>, { message }: FileProblem): string =>
  `${variable} is "${path}", which is refused. ${message}`;
