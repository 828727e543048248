type Group = 'operation' | 'fault' | 'lookup';

/** Counts operations, faults and lookups by name. */
export class Statistics {
  readonly #counts = new Map<Group, Map<string, number>>();

  count(group: Group, name: string, times = 1): void {
    const counts = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, counts.set(name, (counts.get(name) ?? 0) + times));
  }

  of(group: Group): ReadonlyMap<string, number> {
    return this.#counts.get(group) ?? new Map<string, number>();
  }

  add(other: Statistics): void {
    for (const [group, counts] of other.#counts) {
      for (const [name, times] of counts) this.count(group, name, times);
    }
  }
}
