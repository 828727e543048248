import { App, type Chart, Yaml } from 'cdk8s';
import { externalSecrets } from './charts/external-secrets.ts';
import { monitoring } from './charts/monitoring/chart.ts';
import { namespaces } from './charts/namespaces.ts';
import { postgres } from './charts/postgres.ts';
import { redis } from './charts/redis/chart.ts';
import { userManagement } from './charts/user-management/chart.ts';
import { toRelease } from './environment/release.ts';

const CHARTS = [namespaces, externalSecrets, redis, postgres, userManagement, monitoring];

/**
 * YAML by file name, one file per chart.
 * @throws {InvalidEnvironment}
 */
export function synthesize(name: string, input: unknown): ReadonlyMap<string, string> {
  const release = toRelease(name, input);
  const app = new App();
  for (const chart of CHARTS) chart(app, release);
  return new Map(app.charts.map((chart) => [`${chart.node.id}.yml`, toYaml(name, chart)]));
}

const toYaml = (name: string, chart: Chart): string =>
  `# Made by \`npm run synth\` from infra/src/environments/${name}.ts: change it there.\n` +
  Yaml.stringify(...(chart.toJson() as unknown[]).map(withoutEmptyLists));

/** The API server drops empty lists: written down, they would be a difference to the cluster for ever. */
const withoutEmptyLists = (object: unknown): unknown =>
  JSON.parse(JSON.stringify(object, (_, value: unknown) => (isEmptyList(value) ? undefined : value)));

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
