import type { Environment } from '../environment/environment.ts';
import { development } from './development.ts';
import { production } from './production.ts';
import { staging } from './staging.ts';

/** By the name that `--env` takes. */
export const ENVIRONMENTS: Readonly<Record<string, Environment>> = { development, staging, production };
