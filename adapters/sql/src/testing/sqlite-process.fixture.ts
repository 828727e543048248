import { once } from 'node:events';
import { parseEmail, parseUserId, type User, withPreferences } from '@user-management/domain';
import { openSqlite } from '../sqlite/open-sqlite.ts';

/**
 * A separate process that works on a SQLite file: `node sqlite-process.fixture.ts PATH USER TASK`. It waits
 * for a line on stdin before it opens the file. It reports each event as a line of JSON on stdout. It writes
 * the line before it continues, so even a killed process has reported every event.
 */
const [path = '', template = '', task = ''] = process.argv.slice(2);
const user = JSON.parse(template) as User;
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const say = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

const next = (current: User): User => withPreferences(current, current.preferences, current.updatedAt);

/** Adds and changes users with four concurrent writers, until it is killed. */
async function writeOnAndOn(): Promise<void> {
  const { users } = await openSqlite({ path, logger });
  const run = process.pid.toString(16).padStart(16, '0');
  let made = 0;
  const writer = async (): Promise<never> => {
    for (;;) {
      const id = parseUserId(`usr_${run}${(++made).toString(16).padStart(16, '0')}`);
      await users.add({ ...user, id, email: parseEmail(`${id}@example.com`) });
      say({ id, version: 1 });
      await users.update(id, next);
      say({ id, version: 2 });
    }
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
}

/** Opens the file, adds the user if it is missing, and changes it 25 times. */
async function count(): Promise<void> {
  const store = await openSqlite({ path, logger });
  say({ dataset: store.users.dataset });
  await store.users.add(user).catch(() => undefined);
  for (let n = 0; n < 25; n++) await store.users.update(user.id, next);
  await store.close();
}

say('started');
await once(process.stdin, 'data');
await (task === 'count' ? count() : writeOnAndOn());
process.exit();
