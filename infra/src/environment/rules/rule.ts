import type { Settings } from '@user-management/settings';
import type { Environment } from '../schema.ts';

type Finding = string | false | undefined;

/** Fields that are right by themselves and wrong together, as a sentence: what, why, what instead. */
export type Rule = (environment: Environment) => Finding | readonly Finding[];
/** The same of fields and what the service makes of its settings. */
export type SettingsRule = (settings: Settings, environment: Environment) => Finding | readonly Finding[];

/** The problems that rules have found. */
export const found = (findings: readonly (Finding | readonly Finding[])[]): readonly string[] =>
  findings.flat().filter((finding) => typeof finding === 'string');
