import type { RedisState } from '../connection/options.ts';
import type { Look } from '../connection/reads.ts';
import type { Session } from '../connection/session.ts';

/** Redis as the stores see it: one server or many. */
export interface Redis {
  /** With several servers, the state of the worst one. */
  readonly state: RedisState;
  /**
   * Connects, and reconnects after every loss until `close`. It keeps trying even when the first attempt
   * fails.
   * @throws the cause of the first failure, within the connect timeout.
   */
  connect(): Promise<void>;
  /**
   * Runs the task on a session with the server that holds the key. It runs the task again when the key has
   * moved, so the task must be idempotent. A task that only reads also runs again after a cut connection.
   * @throws {DependencyUnavailable} when there is no session: at once, or half a second after a cut.
   */
  run<T>(key: string, task: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Looks at values that `Session.read` has parsed and this process still keeps. All are as of one moment
   * after the call. `undefined` says nothing: the value of the key is not kept, or the session is lost. In a
   * cluster no value is kept.
   */
  readNear<T>(key: string, look: Look<T>): Promise<T | undefined>;
  /** Runs the task on one session with every server that holds data. @throws {DependencyUnavailable} */
  each<T>(task: (session: Session) => Promise<T>): Promise<T[]>;
  /** Drops the values that all sessions keep in this process. */
  forget(): void;
  close(): Promise<void>;
}
