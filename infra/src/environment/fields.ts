import { z } from 'zod';
import type { Peer } from './props.ts';
import { toNumber } from '../kit/quantities.ts';

/** The fields of an environment. The error of each completes "It must be …". */
export const text = (pattern: RegExp, accepts: string) => z.string(accepts).regex(pattern, accepts);

export const whole = (least: number, most: number) => {
  const accepts = `a whole number from ${least} to ${most}`;
  return z.int(accepts).min(least, accepts).max(most, accepts);
};

/**
 * With 100 there would be no error budget. Below 95, even an outage would not spend the budget fast enough
 * for an alert.
 */
const OBJECTIVE = 'a percentage from 95 to 99.99';
export const objective = z.number(OBJECTIVE).min(95, OBJECTIVE).max(99.99, OBJECTIVE);

/** An object with only these members. */
export const object = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'an object'),
  });

export const schedule = text(
  /^(?:[\d*/,-]+ ){4}[\d*/,-]+$/,
  'a schedule of cron with five fields, such as 0 3 * * *',
);

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const DOMAIN = `${LABEL}(?:\\.${LABEL})*`;
const PATH_PART = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const QUALIFIED = `^(?:(?=[^/]{1,253}/)${DOMAIN}/)?[A-Za-z0-9](?:[-\\w.]{0,61}[A-Za-z0-9])?$`;

/** A label of RFC 1123, which Kubernetes requires for namespaces and Services. */
export const name = text(
  new RegExp(`^${LABEL}$`),
  'a name of at most 63 lower-case letters, digits and inner dashes',
);
export const hostName = text(new RegExp(`^(?=.{1,253}$)${DOMAIN}$`), 'a host name in lower case');
export const key = text(/^[-\w.]{1,253}$/, 'a key of letters, digits, -, _ and .');

const qualifiedName = (of: string) =>
  z.string().regex(new RegExp(QUALIFIED), `${of} such as team or example.com/team`);

const labelValue = text(
  /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/,
  'the value of a label, with at most 63 characters',
);
/** Selectors and other tools depend on these labels, so an environment must not set them. */
const OURS = /^(?:app|app\.kubernetes\.io\/.*|.*\bcdk8s\.io\/.*)$/;

/** Labels of a selector. */
export const labels = z.record(qualifiedName('a label'), labelValue, 'labels by name');
/** Labels that are added to those of the manifests. */
export const moreLabels = z.record(
  qualifiedName('a label').regex(
    new RegExp(`^(?!${OURS.source.slice(1, -1)}$)`),
    'a label other than app and app.kubernetes.io/…, because selectors use those',
  ),
  labelValue,
  'labels by name',
);
/** The API server refuses more. */
const ANNOTATION_BYTES = 256 * 1024;
export const annotations = z
  .record(qualifiedName('an annotation'), z.string('text'), 'annotations by name')
  .refine(
    (all) => Buffer.byteLength(JSON.stringify(all)) <= ANNOTATION_BYTES,
    'annotations of 256 KiB at most',
  );

const between = (least: string, most: string, accepts: string) =>
  z
    .string(accepts)
    .refine(
      (quantity) => toNumber(quantity) >= toNumber(least) && toNumber(quantity) <= toNumber(most),
      accepts,
    );

/** With less CPU a pod may be too slow to start within its probes. */
export const cpu = between('50m', '1k', 'CPU from 50m, such as 250m or 2');
export const memory = between('64Mi', '16Ti', 'memory from 64Mi, such as 256Mi or 2Gi');
export const storage = between('128Mi', '1Pi', 'a size from 128Mi, such as 512Mi or 8Gi');

/** Tags that move: words, such as branches and distributions, and incomplete versions. */
const FLOATING = '(?:[a-z]+|v?\\d{1,3}(?:\\.\\d+)?(?:-[a-z]+)*)';
const DIGEST = '@sha256:[0-9a-f]{64}';
const REPOSITORY = `(?:${DOMAIN}(?::\\d+)?/)?${PATH_PART}(?:/${PATH_PART})*`;

/** The image is pinned, so that a push does not change what runs. */
export const image = text(
  new RegExp(
    `^(?=.{1,512}$)${REPOSITORY}` +
      `(?:(?::(?!latest@)\\w[-\\w.]{0,127})?${DIGEST}|:(?!${FLOATING}$)\\w[-\\w.]{0,127})$`,
  ),
  'an image with a whole version as its tag (name:1.2.3) or with its digest (name:1.2.3@sha256:…)',
);

/** The other end of a connection. Network policies know addresses, not host names. */
const peer = z.union(
  [
    object({
      cidr: z
        .union([z.cidrv4(), z.cidrv6()])
        .refine((cidr) => !cidr.endsWith('/0'), 'a range smaller than all addresses'),
    }),
    object({ namespace: name, labels: labels.optional() }),
  ],
  '{ namespace, labels? } or { cidr } with a range such as 10.20.0.0/16',
) satisfies z.ZodType<Peer>;

const LIST = 'a list of { namespace, labels? } or { cidr }';
export const peers = z.array(peer, LIST);
export const somePeers = peers.min(1, `${LIST} with at least one entry`);
