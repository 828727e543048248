import type { Delivery, Effects } from '@user-management/domain';
import { variant } from '@user-management/conformance';
import type { Sabotage } from './replica.ts';

/** Webhooks wait until there are this many. */
const MANY = 3;

/** Every third change has no effects. */
function forgetful(): (effects?: Effects) => Effects | undefined {
  let changes = 0;
  return (effects) => (++changes % 3 === 0 ? undefined : effects);
}

/** Each sabotage removes one part of what tells of changes. The torture must find every one of them. */
export const eventSabotages: Readonly<Record<string, Sabotage>> = {
  'writes a change without its event': {
    ports: (ports) => {
      const { users, sessions } = ports;
      const kept = forgetful();
      return {
        ...ports,
        users: variant(users, {
          update: (id, change, effects, known) => users.update(id, change, effects && kept(effects), known),
        }),
        sessions: variant(sessions, { add: (session, effects) => sessions.add(session, kept(effects)) }),
      };
    },
  },
  'sends a later webhook of a user while an earlier one waits': {
    ports: (ports) => {
      const { webhooks, clock } = ports;
      const waiting: Delivery[] = [];
      return {
        ...ports,
        webhooks: variant(webhooks, {
          retry: async (delivery) => {
            waiting.push(delivery);
            await webhooks.remove(delivery, clock.now());
          },
          take: async (...options) => {
            const taken = await webhooks.take(...options);
            return waiting.length < MANY ? taken : [...waiting.splice(0), ...taken];
          },
        }),
      };
    },
  },
};
