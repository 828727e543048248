import { describeBreachedPasswords } from '../ports/breached-passwords.ts';
import { describeCommonPasswords } from '../ports/common-passwords.ts';
import { fewCommonPasswords, KnownBreaches } from './passwords.ts';

describeCommonPasswords('fewCommonPasswords', () => fewCommonPasswords);

describeBreachedPasswords('KnownBreaches', (known) => {
  const passwords = new KnownBreaches();
  known.forEach((text) => passwords.known.add(text));
  return { passwords };
});
