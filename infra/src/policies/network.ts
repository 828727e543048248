import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1';
import { BlockList, isIP } from 'node:net';
import { REDIS } from '../kit/identity.ts';
import { BACKUP_SELECTOR } from '../kit/labels.ts';
import { called, labelsOf, namespaceOf, nameOf, type Objects, ofKind } from './objects.ts';
import { ofEachWorkload, type Policy, policy } from './policy.ts';
import { matches } from './selectors.ts';

export const NETWORK: readonly Policy[] = [
  ofEachWorkload('every workload has a network policy for both directions', (workload, objects) => {
    const types = ofKind(objects, 'NetworkPolicy')
      .filter((one) => namespaceOf(one) === namespaceOf(workload))
      .filter(({ spec }) => matches(spec?.podSelector, labelsOf(workload)))
      .flatMap(({ spec }) => spec?.policyTypes ?? []);
    return (['Ingress', 'Egress'] as const).map(
      (type) => !types.includes(type) && `no network policy covers ${type}`,
    );
  }),

  policy('who may call somebody may ask for names', (objects) =>
    ofKind(objects, 'NetworkPolicy').map((one) => {
      const { egress = [] } = one.spec ?? {};
      // A pod of its own namespace has its address in the environment.
      const byName = egress.some(({ to = [] }) => to.some((peer) => peer.namespaceSelector ?? peer.ipBlock));
      const dns = egress.flatMap(({ ports = [] }) => ports).filter(({ port }) => port === 53);
      const protocols = new Set(dns.map(({ protocol }) => protocol));
      return byName && !(protocols.has('UDP') && protocols.has('TCP')) && `${called(one)} does not allow DNS`;
    }),
  ),

  policy('no network policy lets everybody in or out', (objects) =>
    rules(objects).flatMap(({ of, peers, ports }) => [
      peers.length === 0 && `${of} has a rule without peers`,
      ports.length === 0 && `${of} has a rule without ports`,
      ...peers.map((peer) => isEverybody(peer) && `${of} must not have a rule for ${JSON.stringify(peer)}`),
    ]),
  ),

  policy('ranges of addresses are ranges of addresses', (objects) =>
    rules(objects).flatMap(({ of, peers }) =>
      peers.map(
        ({ ipBlock }) =>
          ipBlock && !isCidr(ipBlock.cidr) && `${of}: ${ipBlock.cidr} is not a range of addresses`,
      ),
    ),
  ),

  policy(
    'Redis lets in the namespace of the service and its backup alone, and calls nobody',
    (objects, { environment: { namespaces } }) =>
      ofKind(objects, 'NetworkPolicy')
        .filter((one) => namespaceOf(one) === namespaces.data && nameOf(one) === REDIS)
        .flatMap(({ spec }) => [
          ...(spec?.ingress ?? []).flatMap(({ from = [] }) =>
            from.map(
              ({ namespaceSelector, podSelector }) =>
                !(namespaceSelector === undefined && matches(podSelector, BACKUP_SELECTOR)) &&
                namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] !== namespaces.service &&
                'another namespace gets in',
            ),
          ),
          (spec?.egress ?? []).length > 0 && 'it has a rule for egress',
        ]),
  ),
];

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
