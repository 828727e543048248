import { setTimeout as wait } from 'node:timers/promises';
import { DependencyUnavailable } from '@user-management/domain/errors';
import { Connection, type Reply } from '../connection/connection.ts';
import { field } from '../connection/info.ts';
import { within } from '../connection/deadline.ts';
import { latest } from './latest.ts';
import { fixed } from './locator.ts';
import type { Address, RedisObserver, RedisState, Vitals } from '../connection/options.ts';
import { asking, type Redirection, redirectionOf } from './redirection.ts';
import type { TopologyOptions } from './options.ts';
import type { Redis } from './redis.ts';
import { PrimaryClient } from './primary-client.ts';
import { NOTHING_NEAR } from '../connection/reads.ts';
import type { Session } from '../connection/session.ts';
import { worst } from '../connection/vitals.ts';
import { nameOf, SlotMap } from './slot-map.ts';

const REFRESH_MS = 1_000;
/** The interval while a primary is missing, because a failover will end soon. */
const IMPATIENT_REFRESH_MS = 200;
/**
 * The number of nodes to ask for the slots. One is too few, because it may be cut off without knowing it. All
 * are too many, because the slots seldom change.
 */
const ASKED = 3;
const REDIRECTIONS = 5;
/** The pause before a retry while a slot moves. A move takes milliseconds. */
const TRY_AGAIN_MS = 50;

type Ask = (command: readonly string[]) => Promise<Reply>;

/**
 * A Redis Cluster: one supervised connection to each primary. Replicas are not read, because they are stale.
 */
export class RedisCluster implements Redis {
  readonly #options: TopologyOptions;
  readonly #closing = new AbortController();
  readonly #servers = new Map<string, PrimaryClient>();
  readonly #vitals = new Map<string, Vitals>();
  #slots = new SlotMap([], new Map());
  #refreshing: Promise<void> | undefined;
  #lastFailure: unknown = new Error('not connected yet');
  #supervision: Promise<void> | undefined;
  #told: RedisState = 'disconnected';

  constructor(options: TopologyOptions) {
    this.#options = options;
  }

  get state(): RedisState {
    const states = this.#all().map((server) => server.state);
    if (!this.#slots.complete || states.includes('disconnected')) return 'disconnected';
    return states.includes('read-only') ? 'read-only' : 'connected';
  }

  async connect(): Promise<void> {
    try {
      await within(this.#options.connectTimeoutMs, this.#closing.signal, async () => {
        await this.#refresh();
        await Promise.all(this.#all().map((server) => server.connect()));
        if (!this.#slots.complete) throw new Error('some slots of the cluster have no primary');
      });
    } finally {
      this.#supervision = this.#supervise();
    }
  }

  async run<T>(key: string, task: (session: Session) => Promise<T>): Promise<T> {
    let redirection: Redirection | undefined;
    for (let followed = 0; ; followed += 1) {
      const server = await this.#serverFor(key, redirection);
      try {
        return await server.run(key, redirection?.kind === 'ask' ? (session) => task(asking(session)) : task);
      } catch (error) {
        redirection = redirectionOf(error);
        if (!redirection || followed === REDIRECTIONS) throw error;
      }
    }
  }

  readNear(): Promise<undefined> {
    return NOTHING_NEAR;
  }

  async each<T>(task: (session: Session) => Promise<T>): Promise<T[]> {
    if (!this.#slots.complete) throw this.#unavailable();
    return Promise.all(this.#all().map((server) => server.use(task)));
  }

  forget(): void {
    for (const server of this.#all()) server.forget();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('closed'));
    await this.#supervision;
    await Promise.all(this.#all().map((server) => server.close()));
  }

  async #serverFor(key: string, redirection: Redirection | undefined): Promise<PrimaryClient> {
    if (redirection?.kind === 'ask') return this.#server(nameOf(redirection.address));
    if (redirection?.kind === 'try-again') await wait(TRY_AGAIN_MS);
    if (redirection?.kind === 'moved') await this.#learnOwnerOf(key);
    return this.#server(this.#slots.ownerOf(key));
  }

  #all(): PrimaryClient[] {
    return [...this.#servers.values()];
  }

  #server(name: string | undefined): PrimaryClient {
    const server = name === undefined ? undefined : this.#servers.get(name);
    if (!server) throw this.#unavailable();
    return server;
  }

  #unavailable(): DependencyUnavailable {
    return new DependencyUnavailable('cache', { cause: this.#lastFailure });
  }

  async #learnOwnerOf(key: string): Promise<void> {
    try {
      await within(this.#options.commandTimeoutMs, this.#closing.signal, async () => {
        await this.#refresh();
        await this.#server(this.#slots.ownerOf(key)).connect();
      });
    } catch (error) {
      this.#lastFailure = error;
    }
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const pause = this.state !== 'disconnected' ? REFRESH_MS : IMPATIENT_REFRESH_MS;
      await wait(pause, undefined, { signal }).catch(() => undefined);
      await this.#refresh().catch((error: unknown) => (this.#lastFailure = error));
    }
  }

  #refresh(): Promise<void> {
    return (this.#refreshing ??= this.#learn().finally(() => (this.#refreshing = undefined)));
  }

  async #learn(): Promise<void> {
    const { slots } = await latest(this.#askNodes(), 'no node of the cluster answered');
    if (!this.#closing.signal.aborted) this.#adopt(slots);
  }

  #askNodes(): Promise<View>[] {
    const connected = this.#all().filter((server) => server.state !== 'disconnected');
    if (connected.length === 0) return this.#options.nodes.map((node) => this.#askSeed(node));
    return shuffled(connected)
      .slice(0, ASKED)
      .map((server) => server.use((session) => view((command) => session.send(command), session.address)));
  }

  #askSeed(node: Address): Promise<View> {
    return within(this.#options.connectTimeoutMs, this.#closing.signal, async (signal) => {
      const connection = await Connection.open(node, this.#options, {}, signal);
      try {
        return await view((command) => connection.send(command), node);
      } finally {
        connection.close(new Error('asked'));
      }
    });
  }

  #adopt(slots: SlotMap): void {
    for (const [name, server] of this.#servers) {
      if (slots.primaries.has(name)) continue;
      this.#servers.delete(name);
      this.#vitals.delete(name);
      void server.close();
    }
    for (const [name, address] of slots.primaries) {
      if (this.#servers.has(name)) continue;
      const server = this.#createClient(name, address);
      this.#servers.set(name, server);
      // The client keeps trying. Until it succeeds, its commands fail with the cause.
      server.connect().catch(() => undefined);
    }
    this.#slots = slots;
    this.#tell();
  }

  #createClient(name: string, address: Address): PrimaryClient {
    return new PrimaryClient({
      ...this.#options,
      observer: this.#observe(name),
      locator: fixed(address),
      tracking: false,
      replicaWillDo: false,
      // A primary that is cut off demotes itself, so the client leaves it only when it says so.
      disowning: ['READONLY'],
      probeTag: () => this.#slots.tagOf(name),
    });
  }

  /** Reports the state and the vitals of one server as those of the whole cluster. */
  #observe(name: string): RedisObserver {
    const { observer } = this.#options;
    return {
      lookup: (kind, outcome) => {
        observer.lookup(kind, outcome);
      },
      command: (command, seconds) => {
        observer.command(command, seconds);
      },
      redisState: () => {
        this.#tell();
      },
      redisVitals: (vitals) => {
        this.#vitals.set(name, vitals);
        observer.redisVitals(worst([...this.#vitals.values()]));
      },
    };
  }

  #tell(): void {
    const { state } = this;
    if (state === this.#told) return;
    this.#told = state;
    this.#options.observer.redisState(state);
  }
}

/** The cluster as one node knows it. */
interface View {
  readonly slots: SlotMap;
  /** Counts failovers. */
  readonly epoch: number;
}

async function view(ask: Ask, { host }: Address): Promise<View> {
  const [slots, info] = await Promise.all([ask(['CLUSTER', 'SLOTS']), ask(['CLUSTER', 'INFO'])]);
  return {
    slots: SlotMap.parse(slots, host),
    epoch: Number(field(String(info), 'cluster_current_epoch')),
  };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item);
}
