import { type IpAddress, type Rate, RateLimited, type RateVerdict } from '@user-management/domain';
import { networkOf } from '../request/client-address.ts';
import type { Services } from './services.ts';
import type { State } from './state.ts';

/**
 * Counts a request to an operation, before anything costly. A request whose connection is gone has no address
 * any more, and all of these count together.
 * @throws {RateLimited | DependencyUnavailable} a request that cannot be counted does not pass.
 */
export async function countAddress(
  operationId: string,
  address: IpAddress | null,
  { addressRate, limiter, metrics }: Services,
  state: State,
): Promise<void> {
  if (addressRate === null) return;
  const rate = { ...addressRate, name: operationId };
  const subject = address === null ? 'unknown' : networkOf(address);
  metrics.addressCounted(subject);
  const verdict = await limiter.use(rate, subject);
  state.headers = limitHeaders(rate, verdict);
  if (verdict.allowed) return;
  metrics.rateLimited('address');
  throw new RateLimited(verdict.moreAfter);
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10. */
const limitHeaders = ({ name, limit, seconds }: Rate, { remaining, moreAfter }: RateVerdict) => ({
  'RateLimit-Policy': `"${name}";q=${limit};w=${seconds}`,
  RateLimit: `"${name}";r=${remaining};t=${Math.ceil(moreAfter)}`,
});
