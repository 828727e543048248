import { once } from 'node:events';
import {
  type Effects,
  parseEmail,
  parseEndpointId,
  parseEventId,
  parseTimestamp,
  parseUserId,
  type User,
  type UserId,
  withPreferences,
} from '@user-management/domain';
import { openPostgres, openSqlite } from '../index.ts';

/**
 * A separate process that works on a database: `node store-process.fixture.ts ADDRESS USER TASK`. It waits
 * for a line on stdin before it opens the database. It reports each event as a line of JSON on stdout. It
 * writes the line before it continues, so even a killed process has reported every event.
 */
const [address = '', template = '', task = ''] = process.argv.slice(2);
const user = JSON.parse(template) as User;
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const TIMES = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 };

/** The users of one call of `addAll`. */
const BATCH = 20;

const open = () =>
  address.startsWith('postgres')
    ? openPostgres({ url: address, ...TIMES, poolSize: 4, logger })
    : openSqlite({ path: address, logger });

const say = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

const ENDPOINT = parseEndpointId('app.example.com-00000000');

const next = (current: User): User => withPreferences(current, current.preferences, current.updatedAt);

const run = process.pid.toString(16).padStart(16, '0');
let made = 0;
const unique = (): string => `${run}${(++made).toString(16).padStart(16, '0')}`;

function newUser(): User {
  const id = parseUserId(`usr_${unique()}`);
  return { ...user, id, email: parseEmail(`${id}@example.com`) };
}

/** One event, and its webhook. */
function effectsOn(userId: UserId): Effects {
  const client = { sessionId: null, deviceId: null, userAgent: null, ip: null };
  const [id, time] = [parseEventId(`evt_${unique()}`), user.createdAt];
  const event = { id, type: 'user.updated', time, userId, actor: 'user', ...client } as const;
  return { events: [event], webhooks: [{ endpoint: ENDPOINT, event }] };
}

/** Adds and changes users with four concurrent writers, until it is killed. Each change has an event. */
async function writeOnAndOn(): Promise<void> {
  const { users } = await open();
  const writer = async (): Promise<never> => {
    for (;;) {
      const one = newUser();
      await users.add(one, effectsOn(one.id));
      say({ id: one.id, version: 1 });
      await users.update(one.id, next, effectsOn(one.id));
      say({ id: one.id, version: 2 });
      const many = Array.from({ length: BATCH }, newUser);
      await users.addAll(many.map((each) => ({ user: each, effects: effectsOn(each.id) })));
      for (const { id } of many) say({ id, version: 1 });
    }
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
}

/** Opens the database, adds the user if it is missing, and changes it 25 times. */
async function count(): Promise<void> {
  const store = await open();
  say({ dataset: store.users.dataset });
  await store.users.add(user).catch(() => undefined);
  for (let n = 0; n < 25; n++) await store.users.update(user.id, next);
  await store.close();
}

/** Gives the user two events, takes the webhook of the first one, and never delivers it. */
async function take(): Promise<void> {
  const { users, webhooks } = await open();
  await users.add(user, effectsOn(user.id));
  await users.update(user.id, next, effectsOn(user.id));
  const until = parseTimestamp(user.createdAt + 40_000);
  say(await webhooks.take(ENDPOINT, user.createdAt, until, 10));
  await once(process, 'SIGTERM');
}

const TASKS: Readonly<Record<string, () => Promise<void>>> = { count, take, write: writeOnAndOn };

say('started');
await once(process.stdin, 'data');
await TASKS[task]?.();
process.exit();
