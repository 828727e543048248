import { toNumber } from '../../kit/quantities.ts';
import type { Environment } from '../schema.ts';
import type { Rule } from './rule.ts';

/** The lowest and the highest number of pods, and the field that states it. */
export function bounds(replicas: Environment['replicas']) {
  if (typeof replicas === 'number') return { least: replicas, most: replicas, field: 'replicas' };
  const { least, most } = 'keda' in replicas ? replicas.keda : replicas;
  return { least, most, field: 'keda' in replicas ? 'replicas.keda.most' : 'replicas.most' };
}

/** The additional pods of a rollout: a quarter, rounded up. */
const surge = (pods: number): number => Math.ceil(pods / 4);

export const SCALING_RULES: readonly Rule[] = [
  ({ replicas }) => {
    const { least, most, field } = bounds(replicas);
    return (
      most < least && `${field} is ${most}. It must be ${field.replace(/most$/, 'least')} (${least}) or more.`
    );
  },

  ({ replicas, users }) => {
    if (users.in === 'redis' || users.maxConnections === undefined) return undefined;
    const { most } = bounds(replicas);
    const needed = (most + surge(most)) * users.poolSize;
    return (
      needed > users.maxConnections &&
      `users.maxConnections is ${users.maxConnections}. It must be ${needed} or more: ${most} pods, and ` +
        `${surge(most)} more during a rollout, with users.poolSize ${users.poolSize} each. PostgreSQL ` +
        'refuses further connections.'
    );
  },

  ({ replicas, disruptionBudget: { maxUnavailable, minAvailable } }) => {
    const { least } = bounds(replicas);
    return [
      (maxUnavailable === 0 || maxUnavailable === '0%') &&
        `disruptionBudget.maxUnavailable is ${JSON.stringify(maxUnavailable)}. It must be 1 or more, ` +
          'because otherwise a node could never be drained.',
      (minAvailable === '100%' || (typeof minAvailable === 'number' && minAvailable >= least)) &&
        `disruptionBudget.minAvailable is ${JSON.stringify(minAvailable)}. With ${least} replicas it must ` +
          'be less, because otherwise a node could never be drained.',
    ];
  },

  ({ resources: { cpu, memory, limits } }) =>
    (['cpu', 'memory'] as const).map((of) => {
      const [limit, requested] = [limits?.[of], of === 'cpu' ? cpu : memory];
      return (
        limit !== undefined &&
        toNumber(limit) < toNumber(requested) &&
        `resources.limits.${of} is "${limit}". It must be the requested ${requested} or more.`
      );
    }),
];
