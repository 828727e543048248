import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import type { Server } from '../program/server.ts';
import { share } from './shared.ts';

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
    postgresUrl: string;
  }
}

/**
 * Provides the tests of a project with the URL in `variable`, or with a server that it starts for the run.
 */
export async function provide(
  project: TestProject,
  key: keyof ProvidedContext & `${string}Url`,
  variable: string,
  start: () => Promise<Server & { readonly url: string }>,
): Promise<(() => Promise<void>) | undefined> {
  const given = process.env[variable] ?? '';
  if (given !== '') {
    project.provide(key, given);
    return undefined;
  }
  const { server, release } = await share(key, start);
  project.provide(key, server.url);
  return release;
}
