import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1';
import { BlockList, isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../environment/schema.ts';
import { REDIS, SERVICE } from '../kit/identity.ts';
import { BACKUP_SELECTOR, SERVICE_SELECTOR } from '../kit/labels.ts';
import { toPeer } from '../kit/network.ts';
import { called, labelsOf, namespaceOf, nameOf, type Objects, ofKind } from './objects.ts';
import { ofEachWorkload, type Policy, policy } from './policy.ts';
import { matches } from './selectors.ts';

export const NETWORK: readonly Policy[] = [
  ofEachWorkload('workloads have network policies for both directions', (workload, objects) => {
    const types = ofKind(objects, 'NetworkPolicy')
      .filter((one) => namespaceOf(one) === namespaceOf(workload))
      .filter(({ spec }) => matches(spec?.podSelector, labelsOf(workload)))
      .flatMap(({ spec }) => spec?.policyTypes ?? []);
    return (['Ingress', 'Egress'] as const).map(
      (type) => !types.includes(type) && `a network policy for ${type} is missing.`,
    );
  }),

  policy('pods with egress to other namespaces may use DNS', (objects) =>
    ofKind(objects, 'NetworkPolicy').map((one) => {
      const { egress = [] } = one.spec ?? {};
      // Pods find a Service of their own namespace by a variable and need no DNS for it.
      const byName = egress.some(({ to = [] }) => to.some((peer) => peer.namespaceSelector ?? peer.ipBlock));
      const dns = egress.flatMap(({ ports = [] }) => ports).filter(({ port }) => port === 53);
      const protocols = new Set(dns.map(({ protocol }) => protocol));
      return (
        byName &&
        !(protocols.has('UDP') && protocols.has('TCP')) &&
        `${called(one)}: spec.egress must allow DNS over UDP and TCP.`
      );
    }),
  ),

  policy('network policies do not allow everything', (objects) =>
    rules(objects).flatMap(({ of, peers, ports }) => [
      peers.length === 0 && `${of}: every rule must have peers.`,
      ports.length === 0 && `${of}: every rule must have ports.`,
      ...peers.map(
        (peer) => isEverybody(peer) && `${of}: the peer ${JSON.stringify(peer)} allows everything.`,
      ),
    ]),
  ),

  policy('the internal port is open to the callers alone', (objects, { environment, settings }) =>
    ofKind(objects, 'NetworkPolicy')
      .filter((one) => namespaceOf(one) === environment.namespaces.service && nameOf(one) === SERVICE)
      .flatMap((one) =>
        (one.spec?.ingress ?? [])
          .filter(({ ports = [] }) => ports.some(({ port }) => port === settings.http.internalPort))
          .map(
            ({ from = [], ports = [] }) =>
              (ports.length > 1 || !isDeepStrictEqual(from, callers(environment))) &&
              `${called(one)}: ${settings.http.internalPort} must be open to "callers" only.`,
          ),
      ),
  ),

  policy('address ranges are valid', (objects) =>
    rules(objects).flatMap(({ of, peers }) =>
      peers.map(
        ({ ipBlock }) =>
          ipBlock && !isCidr(ipBlock.cidr) && `${of}: ${ipBlock.cidr} is not a valid address range.`,
      ),
    ),
  ),

  policy(
    'Redis accepts only the service and its backup, and opens no connections',
    (objects, { environment: { namespaces } }) =>
      ofKind(objects, 'NetworkPolicy')
        .filter((one) => namespaceOf(one) === namespaces.data && nameOf(one) === REDIS)
        .flatMap((one) => [
          ...(one.spec?.ingress ?? []).flatMap(({ from = [] }) =>
            from.map(
              ({ namespaceSelector, podSelector }) =>
                !(namespaceSelector === undefined && matches(podSelector, BACKUP_SELECTOR)) &&
                !(
                  namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === namespaces.service &&
                  matches(podSelector, SERVICE_SELECTOR)
                ) &&
                `${called(one)}: no other peer must have access.`,
            ),
          ),
          (one.spec?.egress ?? []).length > 0 && `${called(one)}: spec.egress must not be set.`,
        ]),
  ),
];

/** As plain objects, as the manifests have them. */
const callers = ({ callers }: Environment): unknown => JSON.parse(JSON.stringify(callers.map(toPeer)));

const rules = (objects: Objects) =>
  ofKind(objects, 'NetworkPolicy').flatMap((one) => [
    ...(one.spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({
      of: called(one),
      peers: from,
      ports,
    })),
    ...(one.spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ of: called(one), peers: to, ports })),
  ]);

function isEverybody({ ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer): boolean {
  if (ipBlock) return ipBlock.cidr.endsWith('/0');
  const isEmpty = (selector: object | undefined) => selector && Object.keys(selector).length === 0;
  return Boolean(isEmpty(namespaceSelector)) || (!namespaceSelector && Boolean(isEmpty(podSelector)));
}

function isCidr(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  const version = isIP(address);
  if (version === 0 || !/^\d{1,3}$/.test(prefix)) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 6 ? 'ipv6' : 'ipv4');
    return true;
  } catch {
    return false;
  }
}
