import type { Release } from '../environment/check-environment.ts';
import { EXPOSURE } from './exposure.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { MONITORING } from './monitoring.ts';
import { NAMES } from './names.ts';
import { NETWORK } from './network.ts';
import type { Objects } from './objects.ts';
import { POD_SECURITY } from './pod-security.ts';
import type { Policy } from './policy.ts';
import { REDIS_POLICIES } from './redis.ts';
import { REFERENCES } from './references.ts';
import { RESOURCES } from './resources.ts';
import { SCALING } from './scaling.ts';
import { SCHEMA } from './schema.ts';
import { SECRETS } from './secrets.ts';
import { SETTINGS } from './settings.ts';

/** The rules for the manifests of every environment, as far as they can be checked without a server. */
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

/** Finds the policies that the manifests of an environment break, except for those that it waives. */
export function broken(objects: Objects, release: Release) {
  const waived = release.environment.waivers.map(({ policy }) => policy);
  return POLICIES.filter(({ name }) => !waived.includes(name)).flatMap((policy) =>
    policy.problems(objects, release).map((problem) => ({ policy: policy.name, problem })),
  );
}

/** Finds waivers that name no policy. */
export const unknownWaivers = ({ environment: { waivers } }: Release): readonly string[] =>
  waivers.flatMap(({ policy }, index) =>
    POLICIES.some(({ name }) => name === policy)
      ? []
      : [`waivers.${index}.policy is "${policy}". It must be the name of a policy, as the problem shows it.`],
  );
