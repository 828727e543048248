import { startCluster, type TestCluster } from '@user-management/servers';
import { afterAll, beforeAll } from 'vitest';
import { createRedis } from './topology/create-redis.ts';
import { optionsFor, PATIENT } from './testing/connect.ts';
import { describeOnRedis } from './testing/describe-redis.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster();
}, 90_000);

afterAll(() => cluster.stop());

describeOnRedis(
  'a cluster',
  () => createRedis({ ...optionsFor(cluster.nodes[0]?.url ?? ''), ...PATIENT, mode: 'cluster' }),
  { keeps: false },
);
