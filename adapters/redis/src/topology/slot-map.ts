import calculateSlot from 'cluster-key-slot';
import type { Reply } from '../connection/connection.ts';
import type { Address } from '../connection/options.ts';

const SLOTS = 16_384;
/** A primary with one slot in a hundred has none of a thousand tags only once in 20,000 cases. */
const TAGS = 1_000;

/** The primary of each slot, as one node of the cluster knows it. */
export class SlotMap {
  readonly primaries: ReadonlyMap<string, Address>;
  /** Whether every slot has a primary. */
  readonly complete: boolean;
  readonly #owners: readonly (string | undefined)[];

  /**
   * @param reply the answer of `CLUSTER SLOTS`: start, end and nodes. The first node is the primary.
   * @param host the host of the asked node. A node that does not know its own address leaves it out.
   */
  static parse(reply: Reply, host: string): SlotMap {
    const owners = new Array<string | undefined>(SLOTS).fill(undefined);
    const primaries = new Map<string, Address>();
    for (const [start, end, primary] of reply as [number, number, [string | null, number]][]) {
      const address = { host: primary[0] ?? host, port: primary[1] };
      primaries.set(nameOf(address), address);
      owners.fill(nameOf(address), start, end + 1);
    }
    return new SlotMap(owners, primaries);
  }

  constructor(owners: readonly (string | undefined)[], primaries: ReadonlyMap<string, Address>) {
    this.#owners = owners;
    this.primaries = primaries;
    this.complete = owners.length === SLOTS && !owners.includes(undefined);
  }

  /** The name of the primary that holds the key. */
  ownerOf(key: string): string | undefined {
    return this.#owners[calculateSlot(key)];
  }

  /**
   * Finds a hash tag with a slot of the primary by trying. `undefined` when the primary has very few slots.
   */
  tagOf(primary: string): string | undefined {
    for (let n = 0; n < TAGS; n += 1) if (this.ownerOf(`probe-${n}`) === primary) return `probe-${n}`;
    return undefined;
  }
}

export const nameOf = ({ host, port }: Address): string => `${host}:${port}`;
