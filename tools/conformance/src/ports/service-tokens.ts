import { parseServiceName, type ServiceEntry, type ServiceTokens } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { aDigest } from '../fakes/samples.ts';
import { fresh } from './fresh.ts';

export interface ServiceTokensUnderTest {
  /** Lists nothing yet. */
  readonly services: ServiceTokens;
  /** Replaces the list, as operators do. A list that is not valid is refused, or throws. */
  readonly replace: (entries: readonly ServiceEntry[]) => Promise<void> | void;
  dispose?(): Promise<void> | void;
}

const anEntry = (members: Partial<ServiceEntry> = {}): ServiceEntry => ({
  name: parseServiceName('billing'),
  digest: aDigest(),
  scopes: ['introspect'],
  notAfter: null,
  ...members,
});

/** What every `ServiceTokens` must do. `create` is called once for each test. */
export function describeServiceTokens(
  name: string,
  create: () => ServiceTokensUnderTest | Promise<ServiceTokensUnderTest>,
): void {
  describe(`${name} is a ServiceTokens`, () => {
    const world = fresh(create);

    it('lists nothing before operators do', () => {
      expect(world().services.entries()).toEqual([]);
    });

    it('gives back every member exactly as operators list it', async () => {
      const { services, replace } = world();
      const entries = [
        anEntry({ scopes: ['introspect', 'users:read', 'users:write', 'audit:read'] }),
        anEntry({
          name: parseServiceName('a.b-c_d9'),
          notAfter: Date.UTC(2027, 0, 1, 2, 3, 4, 567) as never,
        }),
      ];
      await replace(entries);
      expect(services.entries()).toEqual(entries);
    });

    it('lists two tokens of one service, so that one replaces the other without a gap', async () => {
      const { services, replace } = world();
      const [before, after] = [anEntry(), anEntry()];
      await replace([before]);
      await replace([before, after]);
      expect(services.entries()).toEqual([before, after]);
      await replace([after]);
      expect(services.entries()).toEqual([after]);
    });

    it('gives the same array while nothing changes', async () => {
      const { services, replace } = world();
      await replace([anEntry()]);
      expect(services.entries()).toBe(services.entries());
    });

    it('keeps the list before when two entries have one digest', async () => {
      const { services, replace } = world();
      const entry = anEntry();
      await replace([entry]);
      const before = services.entries();
      await Promise.resolve(replace([anEntry(), entry, entry])).catch(() => undefined);
      expect(services.entries()).toBe(before);
    });
  });
}
