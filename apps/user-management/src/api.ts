import type { Logger } from '@user-management/domain';
import { createApp } from '@user-management/http';
import type { Metrics } from '@user-management/prometheus';
import type { DependencyContainer } from 'tsyringe';
import type { Health } from './health.ts';
import * as T from './tokens.ts';

/** The HTTP API over the composed use cases. */
export const createApi = (app: DependencyContainer, health: Health, metrics: Metrics, logger: Logger) =>
  createApp({
    useCases: {
      registerUser: app.resolve(T.REGISTER_USER),
      logIn: app.resolve(T.LOG_IN),
      logOut: app.resolve(T.LOG_OUT),
      authenticate: app.resolve(T.AUTHENTICATE),
      readUser: app.resolve(T.READ_USER),
      replacePreferences: app.resolve(T.REPLACE_PREFERENCES),
      mergePreferences: app.resolve(T.MERGE_PREFERENCES),
    },
    health: () => health.read(),
    metrics,
    observer: metrics,
    logger,
  });
