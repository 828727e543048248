import { loadEnvironments, OUR_ENVIRONMENTS as FOLDER } from '../commands/environments.ts';
import type { Environment } from '../environment/props.ts';

/** The deployed environments, by name. */
export const OUR_ENVIRONMENTS = Object.fromEntries(await loadEnvironments(FOLDER)) as Readonly<
  Record<string, Environment>
>;
