import {
  type BreachedPasswords,
  type CommonPasswords,
  DEFAULT_PASSWORD_POLICY,
  type Password,
} from '@user-management/domain';

const FEW = [
  'password',
  'password1',
  'password123',
  '12345678',
  'qwertyuiop',
  'iloveyou',
  'trustno1',
  'lovelace',
];

/** Some passwords of the real list. */
export const fewCommonPasswords: CommonPasswords = { has: (folded) => FEW.includes(folded) };

/** Passwords that a test declares breached. */
export class KnownBreaches implements BreachedPasswords {
  readonly known = new Set<string>();
  /** How often it was asked. */
  asked = 0;

  has(password: Password): Promise<boolean> {
    this.asked++;
    return Promise.resolve(this.known.has(password.reveal()));
  }
}

/** The ports that decide about new passwords, as in a service that sets nothing. */
export const samplePasswordPorts = () => ({
  commonPasswords: fewCommonPasswords,
  breachedPasswords: new KnownBreaches(),
  passwordPolicy: DEFAULT_PASSWORD_POLICY,
});
