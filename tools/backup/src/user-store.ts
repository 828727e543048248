/** A user store that can be backed up and restored. */
export interface UserStore {
  /** The number of users, or 0 when the store does not exist yet. */
  count(): Promise<number>;
  /** Writes a consistent copy of the store while the service runs. `file` must not exist. */
  backUp(file: string): Promise<void>;
  /**
   * Replaces the content of the store with the backup in one step. The dataset gets a new name, because
   * caches hold users from after the backup.
   * @throws {Error} when the file is not a backup. The store is then unchanged.
   */
  restore(file: string): Promise<void>;
}
