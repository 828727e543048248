import type { Writable } from 'node:stream';

/** Where a command writes. */
export interface Output {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}
