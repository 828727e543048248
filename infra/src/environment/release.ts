import type { Settings } from '@user-management/settings';
import { checkEnvironment } from './check-environment.ts';
import type { Environment } from './environment.ts';
import { settingsOf, type Wiring, wire } from './wiring.ts';

/** One environment, and what follows from it: all that charts are made from. */
export interface Release {
  readonly environment: Environment;
  readonly wiring: Wiring;
  readonly settings: Settings;
}

/** @throws {InvalidEnvironment} */
export function toRelease(name: string, input: unknown): Release {
  const environment = checkEnvironment(name, input);
  const wiring = wire(environment);
  return { environment, wiring, settings: settingsOf(wiring) };
}
