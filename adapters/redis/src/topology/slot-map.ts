import calculateSlot from 'cluster-key-slot';
import type { Reply } from '../connection/connection.ts';
import type { Address } from '../connection/options.ts';

const SLOTS = 16_384;
/** Of a thousand tags a primary that holds one slot in a hundred misses all once in 20,000 times. */
const TAGS = 1_000;

/** Which primary holds which keys, as one node of the cluster sees it. */
export class SlotMap {
  readonly primaries: ReadonlyMap<string, Address>;
  /** Whether every slot has a primary. */
  readonly complete: boolean;
  readonly #owners: readonly (string | undefined)[];

  /**
   * @param reply what `CLUSTER SLOTS` answers: start, end, and the nodes, of which the first is the primary.
   * @param host where it was asked: a node that does not know how it is reached leaves its own out.
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
   * A hash tag whose slot that primary holds, found by trying; `undefined` when it holds very few slots, or
   * none.
   */
  tagOf(primary: string): string | undefined {
    for (let n = 0; n < TAGS; n += 1) if (this.ownerOf(`probe-${n}`) === primary) return `probe-${n}`;
    return undefined;
  }
}

export const nameOf = ({ host, port }: Address): string => `${host}:${port}`;
