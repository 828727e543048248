import type { Connection } from './connection.ts';
import { field } from './info.ts';

export interface Role {
  /**
   * The replication ID of a primary: made anew by every start and every promotion, kept by no other primary.
   * A replica has none.
   */
  readonly term: string | undefined;
}

/** @throws when the server is a replica which will not do. */
export async function readRole(
  connection: Connection,
  { replicaWillDo }: { readonly replicaWillDo: boolean },
): Promise<Role> {
  const info = String(await connection.send(['INFO', 'replication']));
  if (field(info, 'role') === 'master') return { term: field(info, 'master_replid') };
  if (!replicaWillDo) throw new Error('this server is a replica, it cannot be written');
  if (field(info, 'master_link_status') !== 'up') {
    throw new Error('this server is a replica that has lost its primary, so what it holds may be outdated');
  }
  return { term: undefined };
}
