import { BoundedMap } from '../caching/bounded-map.ts';
import type { Digest } from '../model/digest.ts';
import { InsufficientScope, Unauthenticated } from '../model/errors.ts';
import type { Scope } from '../model/scope.ts';
import type { ServiceName, ServiceToken } from '../model/service.ts';
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

/** More than services have tokens. */
const MOST_REMEMBERED = 1_000;

/**
 * Tells which service a token belongs to, and whether it may do what `scope` is for.
 * @throws {Unauthenticated | InsufficientScope}
 */
export const authenticateService = ({ serviceTokens, secrets, clock }: Ports) => {
  // As in `authenticate`.
  const digests = new BoundedMap<ServiceToken, Digest>(MOST_REMEMBERED);

  return (token: ServiceToken, scope: Scope): ServiceCaller => {
    const remembered = digests.get(token);
    const digest = remembered ?? secrets.digest(token);
    const entry = serviceTokens.entries().find((listed) => secrets.equal(listed.digest, digest));
    if (!entry || (entry.notAfter !== null && clock.now() >= entry.notAfter)) {
      throw new Unauthenticated('The service token is unknown or has expired.');
    }
    const { name: service, scopes } = entry;
    if (!scopes.includes(scope)) throw new InsufficientScope(scope);
    if (remembered === undefined) digests.set(token, digest);
    return { service, scopes };
  };
};
