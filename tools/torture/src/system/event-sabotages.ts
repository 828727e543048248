import type { Effects } from '@user-management/domain';
import { broken } from './broken.ts';
import type { Sabotage } from './replica.ts';

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
        users: broken(users, {
          update: (id, change, effects, known) => users.update(id, change, effects && kept(effects), known),
        }),
        sessions: broken(sessions, { add: (session, effects) => sessions.add(session, kept(effects)) }),
      };
    },
  },
};
