import { afterwards } from './clean-up.ts';
import { postgresClient } from './postgres-client.ts';

/** The rights that reading the state of the schema needs. */
export const READ_STATE = 'select on users_meta, users_migration';

/** The URL for a new role that has only these rights. The role is dropped after the test. */
export async function asRestricted(address: string, ...rights: readonly string[]): Promise<string> {
  const url = new URL(address);
  const owner = await postgresClient(address);
  const role = `restricted_${url.pathname.slice(1)}`;
  await owner.query(`create role ${role} login password 'secret'`);
  afterwards(() => owner.query(`drop owned by ${role}; drop role ${role}`));
  for (const right of rights) await owner.query(`grant ${right} to ${role}`);
  [url.username, url.password] = [role, 'secret'];
  return url.href;
}
