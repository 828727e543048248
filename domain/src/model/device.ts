import type { Brand } from './brand.ts';
import type { DeviceId } from './profile.ts';

/** What a client calls itself: printable ASCII without the characters that mean something in HTML. */
export type UserAgent = Brand<string, 'UserAgent'>;

/** An IPv4 or IPv6 address as text. */
export type IpAddress = Brand<string, 'IpAddress'>;

/** Where a request comes from. */
export type Client = Pick<Device, 'userAgent' | 'ip'>;

/** Where a session comes from. Only the service says `ip`; the client chooses the other two. */
export interface Device {
  readonly deviceId: DeviceId;
  readonly userAgent: UserAgent | null;
  readonly ip: IpAddress | null;
}

export const USER_AGENT_MAX_LENGTH = 256;

/**
 * Accepts any input: a strange header must not stop anybody from logging in. The result is safe in a log and
 * on a page: other characters become `?`, and what is too long is cut.
 */
export function toUserAgent(input: unknown): UserAgent | null {
  if (typeof input !== 'string') return null;
  const text = input
    .slice(0, USER_AGENT_MAX_LENGTH)
    .replaceAll(/[^ -~]|[<>&"'`]/g, '?')
    .trim();
  return text === '' ? null : (text as UserAgent);
}

const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const IPV6 = /^[0-9a-f:]{2,39}$/;
const IPV4_IN_IPV6 = /^::ffff:(?=\d+\.)/;

/** The address of a socket. An IPv4 address in an IPv6 socket becomes IPv4, and a zone is dropped. */
export function toIpAddress(input: unknown): IpAddress | null {
  if (typeof input !== 'string' || input.length > 100) return null;
  const address = input.toLowerCase().replace(/%.*$/, '').replace(IPV4_IN_IPV6, '');
  return IPV4.test(address) || IPV6.test(address) ? (address as IpAddress) : null;
}
