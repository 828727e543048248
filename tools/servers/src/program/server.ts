/** A running server that a test may harm. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** Freezes the server. Connections stay open, the kernel accepts new ones, and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Ends the server like a crash (SIGKILL), and keeps the port and the data. Resolves when the port is
   * closed.
   */
  kill(): Promise<void>;
  /** Kills the server if it runs, and starts it with the same port and data. Resolves when it answers. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. May be called twice, and after any other method. */
  stop(): Promise<void>;
}
