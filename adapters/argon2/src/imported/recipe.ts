/** How another system makes the digest of a password. */
export interface Recipe {
  /** What it would cost too much of. `undefined`: the service follows the recipe. */
  readonly excess: string | undefined;
  follow(password: string): Promise<Buffer>;
}

/** Reads the recipe that stands behind a wrapped hash. */
export type ReadRecipe = (text: string) => Recipe | undefined;
