import type { Plugin } from 'rolldown';

/** Puts an empty module in the place of each module whose path matches. */
export const leaveOut = (modules: RegExp[]): Plugin => ({
  name: 'leave-out',
  transform: { filter: { id: modules }, handler: () => '' },
});
