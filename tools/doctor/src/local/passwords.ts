import { argon2Build, Argon2Unavailable } from '@user-management/argon2/build';
import { type Check, failed, ok } from '../check.ts';
import type { Patient } from './patient.ts';

const LOAD = `node -p "require('argon2')" in the folder of the service, and npm ci when it fails`;

export const passwordChecks: readonly Check<Patient>[] = [
  {
    name: 'argon2',
    needs: [],
    // The service and the doctor choose the build in the same way, so the answer holds for this machine.
    examine() {
      try {
        const build = argon2Build();
        const which =
          build === 'default' ? 'the default build, which older CPUs run too' : `the build for ${build}`;
        return ok(`Passwords are hashed by ${which}.`);
      } catch (error) {
        if (!(error instanceof Argon2Unavailable)) throw error;
        return failed(error.message, LOAD);
      }
    },
    mend: () => LOAD,
  },
];
