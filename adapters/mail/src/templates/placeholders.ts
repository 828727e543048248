import type { MailKind } from '@user-management/domain';

export type Placeholder = (typeof ALWAYS)[number] | (typeof PROOF)[number] | (typeof LINK)[number];

/** A value for each placeholder; an empty one leaves out the sections of its name. */
export type Values = Readonly<Partial<Record<Placeholder, string>>>;

const ALWAYS = ['service', 'email', 'name', 'time', 'device', 'ip'] as const;
const PROOF = ['code', 'expires'] as const;
const LINK = ['challenge', 'link'] as const;

/** The placeholders that a template of this kind may have, and those that it must have. */
export interface Rules {
  readonly allowed: readonly Placeholder[];
  readonly required: readonly Placeholder[];
}

const NOTICE: Rules = { allowed: ALWAYS, required: [] };
const CODE: Rules = { allowed: [...ALWAYS, ...PROOF], required: ['code'] };

export const RULES: Readonly<Record<MailKind, Rules>> = {
  registration: CODE,
  'registration-taken': NOTICE,
  'email-verification': CODE,
  'email-change': CODE,
  'email-change-requested': NOTICE,
  // Its reader did not ask for the code, so nobody else has told the challenge.
  'email-changed': { allowed: [...ALWAYS, ...PROOF, ...LINK], required: ['code', 'challenge'] },
  'password-reset': { allowed: [...ALWAYS, ...PROOF, ...LINK], required: ['code'] },
  'password-changed': NOTICE,
  'new-device': NOTICE,
  'refresh-token-reused': NOTICE,
};

export const KINDS = Object.keys(RULES) as readonly MailKind[];

/** These may be empty, so a template may have sections of them. */
export const OPTIONAL: readonly Placeholder[] = ['name', 'link'];

/** A subject is shown on locked screens and kept in logs of relays. */
export const NOT_IN_SUBJECT: readonly Placeholder[] = ['code', 'challenge', 'link'];
