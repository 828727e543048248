import { toNumber } from '../../kit/quantities.ts';
import type { Environment } from '../schema.ts';
import type { Rule } from './rule.ts';

/** The fewest and the most pods, and where the environment says so. */
export function bounds(replicas: Environment['replicas']) {
  if (typeof replicas === 'number') return { least: replicas, most: replicas, field: 'replicas' };
  const { least, most } = 'keda' in replicas ? replicas.keda : replicas;
  return { least, most, field: 'keda' in replicas ? 'replicas.keda.most' : 'replicas.most' };
}

/** Pods that a rollout starts before it stops others: a quarter, rounded up. */
const surge = (pods: number): number => Math.ceil(pods / 4);

export const SCALING_RULES: readonly Rule[] = [
  ({ replicas }) => {
    const { least, most, field } = bounds(replicas);
    return (
      most < least &&
      `${field} is ${most}; accepted with ${field.replace(/most$/, 'least')} ${least} is ${least} or more`
    );
  },

  ({ replicas, users }) => {
    if (users.in === 'redis' || users.maxConnections === undefined) return undefined;
    const { most } = bounds(replicas);
    const needed = (most + surge(most)) * users.poolSize;
    return (
      needed > users.maxConnections &&
      `users.maxConnections is ${users.maxConnections}; accepted with ${most} pods, ${surge(most)} more ` +
        'during a rollout and users.poolSize ' +
        `${users.poolSize} is ${needed} or more, since PostgreSQL refuses further connections`
    );
  },

  ({ replicas, disruptionBudget: { maxUnavailable, minAvailable } }) => {
    const { least } = bounds(replicas);
    return [
      (maxUnavailable === 0 || maxUnavailable === '0%') &&
        `disruptionBudget.maxUnavailable is ${JSON.stringify(maxUnavailable)}; accepted is 1 or more, ` +
          'since a node could never be drained',
      (minAvailable === '100%' || (typeof minAvailable === 'number' && minAvailable >= least)) &&
        `disruptionBudget.minAvailable is ${JSON.stringify(minAvailable)}; accepted with ${least} ` +
          'replicas is less, since a node could never be drained',
    ];
  },

  ({ resources: { cpu, memory, limits } }) =>
    (['cpu', 'memory'] as const).map((of) => {
      const [limit, requested] = [limits?.[of], of === 'cpu' ? cpu : memory];
      return (
        limit !== undefined &&
        toNumber(limit) < toNumber(requested) &&
        `resources.limits.${of} is "${limit}"; accepted is the requested ${requested} or more`
      );
    }),
];
