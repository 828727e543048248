import { checkEnvironment } from '../environment/check-environment.ts';
import type { Environment } from '../environment/props.ts';
import { type Objects, parseManifests } from '../policies/objects.ts';
import { synthesize } from '../synthesize.ts';

export const filesOf = (environment: Environment): ReadonlyMap<string, string> =>
  synthesize(checkEnvironment(environment.name, environment), `${environment.name}.ts`);

export const objectsOf = (environment: Environment): Objects =>
  parseManifests(...filesOf(environment).values());
