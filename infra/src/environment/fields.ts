import { z } from 'zod';

/** Fields of an environment. Each one's error completes "accepted is …". */
export const text = (pattern: RegExp, accepts: string) => z.string(accepts).regex(pattern, accepts);

export const whole = (least: number, most: number) => {
  const accepts = `a whole number from ${least} to ${most}`;
  return z.int(accepts).min(least, accepts).max(most, accepts);
};

/** An object that has these members and no others. */
export const object = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'an object'),
  });

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const DOMAIN = `${LABEL}(?:\\.${LABEL})*`;
const PATH_PART = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const TAG = '(?!latest(?:@|$))\\w[-\\w.]{0,62}';

/** RFC 1123, as names of namespaces and Services have to be. */
export const name = text(new RegExp(`^${LABEL}$`), 'lower-case letters, digits and inner dashes, at most 63');
export const hostName = text(new RegExp(`^(?=.{1,253}$)${DOMAIN}$`), 'a host name in lower case');
export const labels = z.record(
  z.string(),
  text(/^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/, 'the value of a label, at most 63 characters'),
  'labels by name',
);
export const annotations = z.record(z.string(), z.string('text'), 'annotations by name');

export const cpu = text(/^[1-9]\d*m?$/, 'CPU such as 250m or 2');
export const mebibytes = text(/^[1-9]\d*[MG]i$/, 'memory such as 256Mi or 2Gi');
export const storage = text(/^[1-9]\d*[MGT]i$/, 'a size such as 512Mi or 8Gi');

/** Pinned: what runs must not change because somebody pushes. */
export const image = text(
  new RegExp(`^(?:${DOMAIN}(?::\\d+)?/)?${PATH_PART}(?:/${PATH_PART})*:${TAG}(?:@sha256:[0-9a-f]{64})?$`),
  'an image with a tag other than latest, and its digest where there is one: name:tag@sha256:…',
);

/** Somebody at the other end of a connection. Network policies know addresses, not host names. */
export const peer = z.union(
  [
    object({ cidr: z.union([z.cidrv4(), z.cidrv6()]) }),
    object({ namespace: name, labels: labels.optional() }),
  ],
  '{ namespace, labels? } or { cidr } with a range such as 10.20.0.0/16',
);
export type Peer = z.output<typeof peer>;
const LIST = 'a list of { namespace, labels? } or { cidr }';
export const peers = z.array(peer, LIST);
export const somePeers = peers.min(1, `${LIST}, at least one`);
