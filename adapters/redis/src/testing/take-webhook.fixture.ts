import { type EndpointId, type Event, parseTimestamp, type User } from '@user-management/domain';
import { createRedis, RedisUsers, RedisWebhookQueue } from '../index.ts';
import { Recorder } from './recorder.ts';

/** What the process works on. */
export interface Task {
  readonly url: string;
  readonly user: User;
  /** The events of the user. */
  readonly events: readonly Event[];
  readonly endpoint: EndpointId;
  readonly now: number;
  readonly until: number;
}

/**
 * A separate process that adds a user with webhooks and takes the first one: `node take-webhook.fixture.ts
 * TASK`. It writes what it took as JSON, and runs until it is killed.
 */
const task = JSON.parse(process.argv[2] ?? '') as Task;
const { hostname, port, pathname } = new URL(task.url);
const recorder = new Recorder();
const redis = createRedis({
  mode: 'standalone',
  nodes: [{ host: hostname, port: Number(port) }],
  database: Number(pathname.slice(1)),
  connectTimeoutMs: 5_000,
  commandTimeoutMs: 5_000,
  consequence: 'the test fails',
  observer: recorder,
  logger: recorder,
});
await redis.connect();
const webhooks = task.events.map((event) => ({ endpoint: task.endpoint, event }));
await (await RedisUsers.open(redis)).add(task.user, { events: task.events, webhooks });
const times = [parseTimestamp(task.now), parseTimestamp(task.until)] as const;
const taken = await new RedisWebhookQueue(redis).take(task.endpoint, ...times, 10);
process.stdout.write(`${JSON.stringify(taken)}\n`);
