/** What can be backed up and restored. */
export interface UserStore {
  /** How many users it holds; 0 where there is no store yet. */
  count(): Promise<number>;
  /** Writes what the store holds at one moment, while the service goes on. `file` does not exist yet. */
  backUp(file: string): Promise<void>;
  /**
   * Puts the backup in the place of what the store holds, in one step, under a new name of its dataset:
   * caches hold users of the time after the backup, and are not to be believed.
   * @throws {Error} when the file is not a backup; then the store is as before
   */
  restore(file: string): Promise<void>;
}
