import type { Connection } from './connection.ts';
import { field } from './info.ts';

export interface Role {
  /**
   * The replication ID of a primary. Every start and every promotion makes a new one, and no two primaries
   * share one. `undefined` for a replica.
   */
  readonly term: string | undefined;
}

/** @throws when the server is a replica that cannot be used. */
export async function readRole(
  connection: Connection,
  { replicaWillDo }: { readonly replicaWillDo: boolean },
): Promise<Role> {
  const info = String(await connection.send(['INFO', 'replication']));
  if (field(info, 'role') === 'master') return { term: field(info, 'master_replid') };
  if (!replicaWillDo) throw new Error('the server is a replica and cannot be written');
  if (field(info, 'master_link_status') !== 'up') {
    throw new Error('the server is a replica that has lost its primary, so its data may be stale');
  }
  return { term: undefined };
}
