import type { Settings } from '@user-management/settings';
import { App, type Chart, Yaml } from 'cdk8s';
import { ExternalSecrets } from './charts/external-secrets.ts';
import { Monitoring } from './charts/monitoring/monitoring.ts';
import { Namespaces } from './charts/namespaces.ts';
import { Postgres } from './charts/postgres/postgres.ts';
import { Redis } from './charts/redis/redis.ts';
import { UserManagement } from './charts/user-management/user-management.ts';
import type { Release } from './environment/check-environment.ts';
import type { CloudNativePg, Environment, RedisHere } from './environment/schema.ts';
import { type ApiObjects, applyPatches } from './patches.ts';
import { REDIS, SERVICE } from './kit/identity.ts';

/** The beginning of every generated file. */
export const MADE = '# Made by `npm run synth`';

/**
 * Makes the YAML files by name, one for each chart.
 * @param source the file of the environment, for readers of the manifests
 */
export function synthesize({ environment, settings }: Release, source: string): ReadonlyMap<string, string> {
  const app = new App();
  addCharts(app, environment);
  const objects = new Map(app.charts.map((chart) => [`${chart.node.id}.yml`, objectsOf(chart)]));
  explainWaivers([...objects.values()].flat(), environment.waivers);
  applyPatches([...objects.values()].flat(), environment.patches);
  return new Map(
    [...objects].map(([file, of]) => [
      file,
      `${MADE} from ${source}: change it there.\n` +
        (file === `${SERVICE}.yml` ? remarkOn(settings) : '') +
        Yaml.stringify(...of),
    ]),
  );
}

const remarkOn = ({ addressRate }: Settings): string =>
  addressRate === null
    ? '# The limits per client address are off, because no settings name TRUSTED_PROXIES (docs/abuse.md).\n'
    : '';

/** Uses the constructs for one environment. */
function addCharts(app: App, environment: Environment): void {
  const { namespaces, monitoring, externalSecrets, users, redis, labels, annotations } = environment;
  const common = { labels, annotations };
  const names = redis.kind === 'here' ? [namespaces.service, namespaces.data] : [namespaces.service];
  new Namespaces(app, 'namespaces', { names, ...common });
  const service = new UserManagement(app, SERVICE, {
    ...serviceOptions(environment),
    namespace: namespaces.service,
    redis: redis.kind === 'here' ? addRedis(app, environment, redis) : redis,
    users: users.in === 'cloudnative-pg' ? addPostgres(app, environment, users) : users,
  });
  if (externalSecrets) {
    const secrets = service.neededSecrets;
    new ExternalSecrets(app, 'secrets', { ...externalSecrets, secrets, ...common });
  }
  if (monitoring) {
    const { labels: select, ...rest } = monitoring;
    new Monitoring(app, 'monitoring', { of: service, select, ...rest, ...common });
  }
}

/** The options of the service, without the name, the surroundings and the patches of the environment. */
function serviceOptions(environment: Environment) {
  const { name, namespaces, monitoring, externalSecrets, users, redis, patches, waivers, ...service } =
    environment;
  return service;
}

function addRedis(app: App, environment: Environment, { kind, ...redis }: RedisHere): Redis {
  const { namespaces, users, labels, annotations, podSecurity } = environment;
  const holdsUsers = users.in === 'redis';
  return new Redis(app, REDIS, {
    ...redis,
    ...{ namespace: namespaces.data, holdsUsers, labels, annotations, podSecurity },
  });
}

function addPostgres(app: App, environment: Environment, { in: _, ...postgres }: CloudNativePg): Postgres {
  const { namespaces, scrapers, labels, annotations } = environment;
  return new Postgres(app, 'postgres', {
    ...postgres,
    ...{ namespace: namespaces.service, scrapers, labels, annotations },
  });
}

const objectsOf = (chart: Chart): ApiObjects =>
  (chart.toJson() as unknown[]).map((object) => withoutEmptyLists(object) as ApiObjects[number]);

/** The API server drops empty lists, so in a manifest they would differ from the cluster for ever. */
const withoutEmptyLists = (object: unknown): unknown =>
  JSON.parse(JSON.stringify(object, (_, value: unknown) => (isEmptyList(value) ? undefined : value)));

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Shows the waived policies and their reasons on the Deployment. */
function explainWaivers(objects: ApiObjects, waivers: Environment['waivers']): void {
  if (waivers.length === 0) return;
  const reasons = waivers.map(({ policy, reason }) => `${policy}: ${reason}`).join('; ');
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (deployment) {
    deployment.metadata.annotations = { ...deployment.metadata.annotations, [`${SERVICE}/waived`]: reasons };
  }
}
