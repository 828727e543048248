import { EXPOSURE } from './exposure.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { MONITORING } from './monitoring.ts';
import { NAMES } from './names.ts';
import { NETWORK } from './network.ts';
import { POD_SECURITY } from './pod-security.ts';
import type { Policy } from './policy.ts';
import { REDIS_POLICIES } from './redis.ts';
import { REFERENCES } from './references.ts';
import { RESOURCES } from './resources.ts';
import { SCALING } from './scaling.ts';
import { SCHEMA } from './schema.ts';
import { SECRETS } from './secrets.ts';
import { SETTINGS } from './settings.ts';

/** What every environment has to fulfil; what a server alone can know is not among it. */
export const POLICIES: readonly Policy[] = [
  ...SCHEMA,
  ...NAMES,
  ...REFERENCES,
  ...POD_SECURITY,
  ...RESOURCES,
  ...LIFECYCLE,
  ...SCALING,
  ...NETWORK,
  ...EXPOSURE,
  ...MONITORING,
  ...REDIS_POLICIES,
  ...SECRETS,
  ...SETTINGS,
];
