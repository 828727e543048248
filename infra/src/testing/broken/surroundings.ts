import { deployment, elsewhere, inStandard, type Mistakes } from './mistake.ts';

const autoscaler = inStandard('HorizontalPodAutoscaler/user-management');
const budget = inStandard('PodDisruptionBudget/user-management');
const network = inStandard('NetworkPolicy/user-management');
const ingress = inStandard('Ingress/user-management');
const route = elsewhere('HTTPRoute/user-management');
const rules = elsewhere('PrometheusRule/user-management');
const DATABASE = '/spec/egress/2/to/0';
const CALLERS = '/spec/ingress/1';
const RULE = '/spec/groups/0/rules/0';

export const SURROUNDINGS: Mistakes = {
  'an autoscaler keeps at least two pods and can add more': [
    autoscaler('a single pod', { '/spec/minReplicas': 1 }),
    autoscaler('fewer at most than at least', { '/spec/maxReplicas': 2 }),
  ],
  'the Deployment of an autoscaler exists and states no replicas': [
    deployment('a number of replicas beside the autoscaler', { '/spec/replicas': 3 }),
    autoscaler('an autoscaler of nothing', { '/spec/scaleTargetRef/name': 'users' }),
  ],
  'a Deployment states replicas or has an autoscaler, and every workload has a disruption budget': [
    budget('a budget of another name', { '/metadata/name': 'users' }),
  ],
  'a disruption budget has one bound and allows an eviction': [
    budget('both bounds', { '/spec/minAvailable': 1 }),
    budget('a node that can never be drained', { '/spec/maxUnavailable': 0 }),
  ],
  'a rollout removes no pod before a new one is ready': [
    deployment('a rollout that takes pods away first', { '/spec/strategy/rollingUpdate/maxUnavailable': 1 }),
  ],
  'workloads have network policies for both directions': [
    inStandard('NetworkPolicy/redis')('a policy for one direction', { '/spec/policyTypes': ['Ingress'] }),
  ],
  'pods with egress to other namespaces may use DNS': [
    network('no names over TCP', { '/spec/egress/0/ports/1': undefined }),
    network('no names at all', { '/spec/egress/0': undefined }),
  ],
  'network policies do not allow everything': [
    network('a rule without peers', { '/spec/ingress/0/from': [] }),
    network('a rule without ports', { '/spec/egress/1/ports': undefined }),
    network('all namespaces', { '/spec/ingress/0/from/0/namespaceSelector': {} }),
    elsewhere('NetworkPolicy/user-management')('the whole internet', {
      [`${DATABASE}/ipBlock/cidr`]: '0.0.0.0/0',
    }),
  ],
  'address ranges are valid': [
    elsewhere('NetworkPolicy/user-management')('33 bits of four bytes', {
      [`${DATABASE}/ipBlock/cidr`]: '10.20.0.0/33',
    }),
  ],
  'Redis accepts only the service and its backup, and opens no connections': [
    inStandard('NetworkPolicy/redis')('a Redis for another namespace', {
      '/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name': 'default',
    }),
    inStandard('NetworkPolicy/redis')('a Redis for the neighbours of the service', {
      '/spec/ingress/0/from/0/podSelector': undefined,
    }),
  ],
  'an Ingress has a class and certificates for its hosts': [
    ingress('no class', { '/spec/ingressClassName': undefined }),
    ingress('a host without a certificate', { '/spec/rules/0/host': 'www.saferoute.example' }),
  ],
  'an HTTPRoute has a host and a Gateway': [
    route('a route of no Gateway', { '/spec/parentRefs': [] }),
    route('any host', { '/spec/hostnames': undefined }),
  ],
  'only the API and its health are exposed': [
    ingress('metrics for the world', { '/spec/rules/0/http/paths/1/path': '/metrics' }),
    route('no health for the world', { '/spec/rules/0/matches/2': undefined }),
  ],
  'exposed paths lead to a port of a Service': [
    ingress('a backend of another name', { '/spec/rules/0/http/paths/0/backend/service/name': 'users' }),
    route('a backend of another port', { '/spec/rules/0/backendRefs/0/port': 8080 }),
  ],
  'no Ingress and no HTTPRoute leads to the internal port': [
    ingress('the internal API for the world', {
      '/spec/rules/0/http/paths/0/backend/service/port/number': 8081,
    }),
    route('the internal API for the world', { '/spec/rules/0/backendRefs/0/port': 8081 }),
  ],
  'the internal port is open to the callers alone': [
    elsewhere('NetworkPolicy/user-management')('another namespace', {
      [`${CALLERS}/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name`]: 'default',
    }),
    elsewhere('NetworkPolicy/user-management')('the gateway as well', {
      [`${CALLERS}/ports/0/port`]: 8080,
      '/spec/ingress/0/ports/0/port': 8081,
    }),
  ],
  'a ServiceMonitor matches one Service and its port': [
    elsewhere('ServiceMonitor/user-management')('a port that is not there', {
      '/spec/endpoints/0/port': 'metrics',
    }),
  ],
  'queries are valid PromQL': [rules('a query that is none', { [`${RULE}/expr`]: 'sum(rate(x[5m])' })],
  'an alert has a name, a severity, a description and a runbook': [
    rules('an alert without severity', { [`${RULE}/labels`]: {} }),
    rules('an alert without words', { [`${RULE}/annotations/summary`]: '' }),
  ],
};
