import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Secret } from '@user-management/settings';
import { Client } from 'pg';
import type { UserStore } from './user-store.ts';

/** A single transaction, so that a failed restore changes nothing. */
const RESTORE = [
  '--single-transaction',
  '--exit-on-error',
  '--clean',
  '--if-exists',
  '--no-owner',
  '--no-privileges',
];

/** Uses pg_dump and pg_restore. They must be on the PATH and not older than the server. */
export const postgres = (url: Secret): UserStore => ({
  count: () =>
    query(url, async (client) => {
      const { rows } = await client.query<{ found: boolean }>(
        `select to_regclass('users') is not null as found`,
      );
      if (rows[0]?.found !== true) return 0;
      const counted = await client.query<{ users: string }>('select count(*) as users from users');
      return Number(counted.rows[0]?.users);
    }),

  async backUp(file) {
    await run('pg_dump', url, '--format=custom', `--file=${file}`);
    chmodSync(file, 0o600);
  },

  async restore(file) {
    await run('pg_restore', url, ...RESTORE, file);
    await query(url, (client) =>
      client.query(`update users_meta set value = $1 where key = 'dataset'`, [randomUUID()]),
    );
  },
});

async function query<T>(url: Secret, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url.reveal() });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}

/** The password is passed in the environment, because every user of the machine can read arguments. */
async function run(program: string, url: Secret, ...options: readonly string[]): Promise<void> {
  const database = new URL(url.reveal());
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(database.password) };
  database.password = '';
  const child = spawn(program, ['--no-password', `--dbname=${database.href}`, ...options], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${program} failed: ${said.trim()}`);
}
