/** A running server that a test may harm. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** Freezes it: connections stay open, new ones are accepted by the kernel, nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it as a crash would (SIGKILL); port and data folder are kept. Fulfilled when its port is closed. */
  kill(): Promise<void>;
  /** Kills it if it still runs and starts it again on the same port and data. Fulfilled when it answers. */
  restart(): Promise<void>;
  /** Ends it and removes its data. May be called twice, and after any of the others. */
  stop(): Promise<void>;
}
