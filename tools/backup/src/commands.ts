import { existsSync } from 'node:fs';
import type { UserStore } from './user-store.ts';

/** @returns the report for the user */
export async function backUp(store: UserStore, file: string): Promise<string> {
  if (existsSync(file)) throw new Error(`The file ${file} exists already. Choose another name.`);
  const users = await store.count();
  await store.backUp(file);
  return `Backed up to ${file}. Users: ${users}.`;
}

/** @returns the report for the user */
export async function restore(store: UserStore, file: string, replace: boolean): Promise<string> {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const present = await store.count();
  if (present > 0 && !replace)
    throw new Error(
      `The store holds users (${present}), so nothing was changed. ` +
        'Add --replace to replace them with the backup.',
    );
  await store.restore(file);
  return `Restored from ${file}. Users: ${await store.count()}.`;
}
