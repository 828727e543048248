import type { RedisState } from '../connection/options.ts';
import type { Session } from '../connection/session.ts';

/** Redis as the adapters see it, be it one server or many. */
export interface Redis {
  /** Of several servers that are needed, the state of the worst. */
  readonly state: RedisState;
  /**
   * Connects once and stays connected from then on. Whether or not it succeeds at first, it goes on trying
   * until `close`.
   * @throws the cause of the first failure, within the connect timeout.
   */
  connect(): Promise<void>;
  /**
   * Runs the task on a session with the server that holds the key; again when the key turns out to have
   * moved, so it must be repeatable.
   * @throws {DependencyUnavailable} at once when there is no such session: nothing ever waits for a
   * connection.
   */
  run<T>(key: string, task: (session: Session) => Promise<T>): Promise<T>;
  /** Runs the task on one session with every server that holds data. @throws {DependencyUnavailable} */
  each<T>(task: (session: Session) => Promise<T>): Promise<T[]>;
  /** Drops all that sessions keep of Redis in this process. */
  forget(): void;
  close(): Promise<void>;
}
