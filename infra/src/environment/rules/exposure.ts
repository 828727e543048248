import type { Rule, SettingsRule } from './rule.ts';
import { SERVICE } from '../../kit/identity.ts';

/** What a load balancer needs to learn that a pod is going. */
const LEAST_DELAY = 5000;

export const EXPOSURE_RULES: readonly Rule[] = [
  ({ exposure }) =>
    exposure.map(({ kind, name = SERVICE }, index) => {
      const first = exposure.findIndex((other) => other.kind === kind && (other.name ?? SERVICE) === name);
      return (
        first !== index &&
        `exposure.${index}.name is "${name}"; accepted is a name of its own, since exposure.${first} ` +
          'has it already'
      );
    }),
];

export const EXPOSURE_SETTINGS_RULES: readonly SettingsRule[] = [
  ({ shutdown: { delayMs } }, { exposure }) =>
    exposure.length > 0 &&
    delayMs < LEAST_DELAY &&
    `settings.SHUTDOWN_DELAY_MS is "${delayMs}"; accepted with an exposure is ${LEAST_DELAY} or more, ` +
      'since requests still come until ' +
      'the load balancer knows that the pod is going',
];
