import type { Settings } from '@user-management/settings';
import type { Environment } from '../schema.ts';
import { EXPOSURE_RULES, EXPOSURE_SETTINGS_RULES } from './exposure.ts';
import { PEER_RULES, PEER_SETTINGS_RULES } from './peers.ts';
import { POD_RULES } from './pods.ts';
import { POSTGRES_RULES } from './postgres.ts';
import { REDIS_RULES, REDIS_SETTINGS_RULES } from './redis.ts';
import { found, type Rule, type SettingsRule } from './rule.ts';
import { SCALING_RULES } from './scaling.ts';
import { SERVICE_RULES, SERVICE_SETTINGS_RULES } from './service.ts';

const RULES: readonly Rule[] = [
  ...SCALING_RULES,
  ...SERVICE_RULES,
  ...REDIS_RULES,
  ...POSTGRES_RULES,
  ...POD_RULES,
  ...EXPOSURE_RULES,
  ...PEER_RULES,
];

const SETTINGS_RULES: readonly SettingsRule[] = [
  ...SERVICE_SETTINGS_RULES,
  ...REDIS_SETTINGS_RULES,
  ...EXPOSURE_SETTINGS_RULES,
  ...PEER_SETTINGS_RULES,
];

export const contradictions = (environment: Environment): readonly string[] =>
  found(RULES.map((rule) => rule(environment)));

export const contradictionsWith = (settings: Settings, environment: Environment): readonly string[] =>
  found(SETTINGS_RULES.map((rule) => rule(settings, environment)));
