import { InsufficientScope, Unauthenticated } from '../model/errors.ts';
import type { Scope } from '../model/scope.ts';
import { parseServiceToken, type ServiceEntry, type ServiceName } from '../model/service.ts';
import type { Clock } from '../ports/clock.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { ServiceTokens } from '../ports/service-tokens.ts';

interface Ports {
  serviceTokens: ServiceTokens;
  secrets: Secrets;
  clock: Clock;
}

/** The service that sent a request. */
export interface ServiceCaller {
  readonly service: ServiceName;
  readonly scopes: readonly Scope[];
}

/**
 * Tells which service a token belongs to, and whether it may do what `scope` is for.
 * @throws {Unauthenticated | InsufficientScope}
 */
export const authenticateService = (ports: Ports) => {
  const find = rememberingFind(ports);

  return (token: string, scope: Scope): ServiceCaller => {
    const entry = find(token);
    if (!entry || (entry.notAfter !== null && ports.clock.now() >= entry.notAfter)) {
      throw new Unauthenticated('The service token is unknown or has expired.');
    }
    const { name: service, scopes } = entry;
    if (!scopes.includes(scope)) throw new InsufficientScope(scope);
    return { service, scopes };
  };
};

/**
 * Finds the entry of a token. It remembers tokens, as `authenticate` does, but only those of the current
 * list, so the list bounds the memory. What it remembers is well-formed.
 * @throws {Unauthenticated}
 */
function rememberingFind({ serviceTokens, secrets }: Omit<Ports, 'clock'>) {
  let list: readonly ServiceEntry[] = [];
  let remembered = new Map<string, ServiceEntry>();

  return (token: string): ServiceEntry | undefined => {
    const entries = serviceTokens.entries();
    if (entries !== list) {
      list = entries;
      remembered = new Map();
    }
    const known = remembered.get(token);
    if (known) return known;
    const digest = secrets.digest(parseServiceToken(token));
    const found = entries.find((entry) => secrets.equal(entry.digest, digest));
    if (found) remembered.set(token, found);
    return found;
  };
}
