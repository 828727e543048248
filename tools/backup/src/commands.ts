import { existsSync } from 'node:fs';
import type { UserStore } from './user-store.ts';

/** A mistake of the person at the keyboard, shown without a stack. */
export class Refused extends Error {}

/** @returns what to tell */
export async function backUp(store: UserStore, file: string): Promise<string> {
  if (existsSync(file)) throw new Refused(`${file} exists already. Choose another name.`);
  const users = await store.count();
  await store.backUp(file);
  return `Backed up to ${file}. Users: ${users}.`;
}

/** @returns what to tell */
export async function restore(store: UserStore, file: string, replace: boolean): Promise<string> {
  if (!existsSync(file)) throw new Refused(`There is no file ${file}.`);
  const present = await store.count();
  if (present > 0 && !replace)
    throw new Refused(
      `The store holds users (${present}). To put the backup in their place, add --replace; nothing was ` +
        'changed.',
    );
  await store.restore(file);
  return `Restored from ${file}. Users: ${await store.count()}.`;
}
