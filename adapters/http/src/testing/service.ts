import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  QuickHasher,
  RecordingLogger,
  RecordingMailer,
  type KnownBreaches,
  sampleIdentifiers,
  samplePasswordPorts,
  sampleMailRate,
  sampleMailPolicy,
  samplePolicy,
  sampleSecrets,
  TestClock,
} from '@user-management/conformance';
import { createUseCases, NOBODY_NEAR, type UseCases } from '@user-management/domain';
import {
  createMemoryStore,
  MemoryKnownDevices,
  MemoryRateLimiter,
  MemoryServiceTokens,
  MemoryTokenStore,
} from '@user-management/memory';
import { onTestFinished } from 'vitest';
import type { Route } from '../api/route.ts';
import type { Services } from '../api/services.ts';
import { createApp, createServer, type FileState, type Health } from '../index.ts';
import { api, internal, internalRoutes, routes } from './api.ts';
import type { ServerTraits } from '../server/server.ts';
import { RecordingObserver } from './recording.ts';

/** What a test may look into, and change under the feet of the running service. */
export interface Parts extends ReturnType<typeof createMemoryStore> {
  readonly clock: TestClock;
  readonly tokens: MemoryTokenStore;
  readonly serviceTokens: MemoryServiceTokens;
  readonly knownDevices: MemoryKnownDevices;
  readonly hasher: QuickHasher;
  readonly breachedPasswords: KnownBreaches;
  readonly useCases: { -readonly [Name in keyof UseCases]: UseCases[Name] };
  readonly mailer: RecordingMailer;
  readonly limiter: MemoryRateLimiter;
  readonly logger: RecordingLogger;
  readonly observer: RecordingObserver;
  readonly fileStates: FileState[];
  readonly state: { -readonly [Name in keyof Health]: Health[Name] };
}

/** One of the two listeners, and what it serves. */
export interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly routes: readonly Route[];
}

/** The public listener, the internal one, and what is behind both. */
export type Service = Parts & Listener & { readonly internal: Listener };

/** A limit that no test meets by accident. */
const NEVER_MET = { limit: 1_000_000, seconds: 60 };

/** Both APIs on ports of their own until the test is over: the domain's use cases on the ports in memory. */
export async function startService(given: Partial<Services> = {}): Promise<Service> {
  const parts = createParts();
  const metrics = {
    contentType: 'text/plain; version=0.0.4',
    render: () => Promise.resolve('up 1\n'),
    rateLimited: () => undefined,
    addressCounted: () => undefined,
  };
  const isTrustedProxy = () => false;
  const services = {
    ...parts,
    health: () => parts.state,
    files: () => parts.fileStates,
    metrics,
    isTrustedProxy,
    addressRate: NEVER_MET,
    registration: 'open' as const,
    ...given,
  };
  return {
    ...parts,
    ...(await listen(createApp({ ...services, api }), routes)),
    internal: await listen(createApp({ ...services, api: internal }), internalRoutes, { streams: true }),
  };
}

async function listen(
  app: ReturnType<typeof createApp>,
  routes: readonly Route[],
  traits?: ServerTraits,
): Promise<Listener> {
  const server = createServer(app, traits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port: (server.address() as AddressInfo).port, routes };
}

function createParts(): Parts {
  const clock = new TestClock();
  const logger = new RecordingLogger();
  const stores = {
    ...createMemoryStore(),
    tokens: new MemoryTokenStore({ clock, maxEntries: 1000 }),
    knownDevices: new MemoryKnownDevices({ clock, maxEntries: 1000 }),
  };
  const hasher = new QuickHasher();
  const secrets = sampleSecrets;
  const mailer = new RecordingMailer();
  const limiter = new MemoryRateLimiter({ clock, maxEntries: 1000 });
  const serviceTokens = new MemoryServiceTokens();
  const passwordPorts = samplePasswordPorts();
  const ports = {
    userStore: stores.users,
    ...{ ...stores, hasher, secrets, logger, clock, identifiers: sampleIdentifiers },
    ...passwordPorts,
    nearCallers: NOBODY_NEAR,
    ...{ mailer, mail: sampleMailPolicy, webhookSender: null, limiter, mailRate: sampleMailRate },
    serviceTokens,
  };
  return {
    clock,
    ...stores,
    hasher,
    breachedPasswords: passwordPorts.breachedPasswords,
    useCases: createUseCases({ ...ports, policy: samplePolicy, auditRetentionDays: 90 }),
    logger,
    mailer,
    limiter,
    serviceTokens,
    fileStates: [],
    observer: new RecordingObserver(),
    state: { status: 'ok', redis: 'connected', serving: true },
  };
}
