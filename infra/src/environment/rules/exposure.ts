import type { Rule, SettingsRule } from './rule.ts';
import { SERVICE } from '../../kit/identity.ts';

/** The time in which a load balancer learns that a pod stops. */
const LEAST_DELAY = 5000;

export const EXPOSURE_RULES: readonly Rule[] = [
  ({ exposure }) =>
    exposure.map(({ kind, name = SERVICE }, index) => {
      const first = exposure.findIndex((other) => other.kind === kind && (other.name ?? SERVICE) === name);
      return (
        first !== index &&
        `exposure.${index}.name is "${name}", like that of exposure.${first}. It must be a unique name.`
      );
    }),
];

export const EXPOSURE_SETTINGS_RULES: readonly SettingsRule[] = [
  ({ shutdown: { delayMs } }, { exposure }) =>
    exposure.length > 0 &&
    delayMs < LEAST_DELAY &&
    `settings.SHUTDOWN_DELAY_MS is "${delayMs}". With an exposure it must be ${LEAST_DELAY} or more, ` +
      'because requests still arrive until the load balancer knows that the pod stops.',
];
