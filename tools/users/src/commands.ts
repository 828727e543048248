import { type Api, Failed } from './api.ts';
import { exportUsers } from './export-users.ts';
import { importUsers } from './import-users.ts';
import type { Call, Options } from './options.ts';
import type { Output } from './output.ts';

interface Listed {
  readonly user_id: string;
  readonly email: string;
  readonly status: string;
  readonly created_at: string;
  readonly last_login: string | null;
}

/** @returns whether all of it succeeded. @throws {Failed} */
export async function run(api: Api, { command, subject, options }: Call, out: Output): Promise<boolean> {
  const tell = (text: string) => out.stdout.write(`${text}\n`);
  switch (command) {
    case 'list':
      await list(api, options, tell);
      return true;
    case 'show':
      tell(JSON.stringify(await api.ask('GET', `/${await idOf(api, subject)}`), undefined, 2));
      return true;
    case 'disable':
    case 'enable': {
      const status = command === 'disable' ? 'disabled' : 'active';
      const user = await api.ask('PATCH', `/${await idOf(api, subject)}`, { status });
      tell(`${String(user['email'])} is ${status}.`);
      return true;
    }
    case 'delete':
      await api.ask('DELETE', `/${await idOf(api, subject)}`);
      tell(`${subject} is deleted.`);
      return true;
    case 'revoke-sessions':
      await api.ask('DELETE', `/${await idOf(api, subject)}/sessions`);
      tell(`${subject} has no session.`);
      return true;
    case 'import':
      return importUsers(api, subject, out);
    case 'export':
      await exportUsers(api, options.hashes, out);
      return true;
  }
}

const MOST_ON_A_PAGE = 200;

async function list(api: Api, options: Options, tell: (line: string) => void): Promise<void> {
  let left = Number(options.limit);
  if (!Number.isInteger(left) || left < 1) throw new Failed('--limit must be a whole number from 1.');
  const query = new URLSearchParams();
  for (const name of ['email', 'email-prefix', 'status', 'created-after'] as const) {
    if (options[name] !== undefined) query.set(name.replace('-', '_'), options[name]);
  }
  do {
    query.set('limit', String(Math.min(left, MOST_ON_A_PAGE)));
    const page = await api.ask('GET', `?${query.toString()}`);
    const users = page['users'] as readonly Listed[];
    for (const user of users) {
      tell([user.user_id, user.status, user.created_at, user.last_login ?? '-', user.email].join('  '));
    }
    left -= users.length;
    const cursor = page['next_cursor'] as string | null;
    if (cursor === null) return;
    query.set('cursor', cursor);
  } while (left > 0);
}

/** An email names the user who has it now. */
async function idOf(api: Api, user: string): Promise<string> {
  if (!user.includes('@')) return encodeURIComponent(user);
  const page = await api.ask('GET', `?email=${encodeURIComponent(user)}`);
  const [found] = page['users'] as readonly Listed[];
  if (!found) throw new Failed(`Nobody has the email ${user}.`);
  return found.user_id;
}
