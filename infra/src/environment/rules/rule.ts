import type { Settings } from '@user-management/settings';
import type { Environment } from '../schema.ts';

type Finding = string | false | undefined;

/**
 * Checks fields against each other. A finding is complete sentences: the problem, its reason and the remedy.
 */
export type Rule = (environment: Environment) => Finding | readonly Finding[];
/** Checks fields against the settings as the service reads them. */
export type SettingsRule = (settings: Settings, environment: Environment) => Finding | readonly Finding[];

/** Selects the problems from the findings of rules. */
export const found = (findings: readonly (Finding | readonly Finding[])[]): readonly string[] =>
  findings.flat().filter((finding) => typeof finding === 'string');
