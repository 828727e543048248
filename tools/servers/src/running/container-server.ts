import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { type Program, START_SECONDS } from '../program/program.ts';
import type { Server } from '../program/server.ts';
import { accepts } from './accepts.ts';
import { freePort } from './free-port.ts';
import { Lifeline } from './lifeline.ts';

const FILES = '/etc/test-server';

type Handle = Awaited<ReturnType<typeof handleOf>>;

interface At {
  readonly host: string;
  readonly port: number;
  readonly lifeline: Lifeline | undefined;
}

/** A server in its own container. */
export class ContainerServer implements Server {
  readonly host: string;
  readonly port: number;
  readonly #program: Program;
  readonly #container: StartedTestContainer;
  readonly #handle: Handle;
  readonly #lifeline: Lifeline | undefined;
  #stopped: Promise<void> | undefined;

  static async start(program: Program): Promise<ContainerServer> {
    // Docker would choose a new port at each restart.
    const port = await freePort();
    // The name is known before the container exists, so that an interrupted start leaves none behind.
    const name = `test-${randomUUID()}`;
    const lifeline = removesLeftovers() ? undefined : new Lifeline('docker rm --force --volumes "$1"', name);
    const container = await describe(program, port).withName(name).start();
    // Testcontainers returns the gateway when it runs in a container. But the daemon may run in that
    // container too.
    const host = (await accepts('127.0.0.1', port)) ? '127.0.0.1' : container.getHost();
    return new ContainerServer(program, container, await handleOf(container), { host, port, lifeline });
  }

  private constructor(program: Program, container: StartedTestContainer, handle: Handle, at: At) {
    this.#program = program;
    this.#container = container;
    this.#handle = handle;
    this.#lifeline = at.lifeline;
    this.host = at.host;
    this.port = at.port;
  }

  async pause(): Promise<void> {
    await this.#handle.pause();
    // Docker notes a moment later that the container is paused, and refuses to resume it until then.
    while (!(await this.#handle.inspect()).State.Paused) await wait(10);
  }

  async resume(): Promise<void> {
    await this.#handle.unpause();
  }

  async kill(): Promise<void> {
    const { State } = await this.#handle.inspect();
    if (State.Running) await this.#handle.kill();
  }

  async restart(): Promise<void> {
    await this.kill();
    // Counts ready lines. Testcontainers compares times instead, but a fast server is ready before Docker
    // reports its start.
    const before = await this.#timesReady();
    await this.#handle.start();
    const deadline = Date.now() + START_SECONDS * 1000;
    while ((await this.#timesReady()) === before) {
      if (Date.now() > deadline)
        throw new Error(`${this.#program.name} was not ready after ${START_SECONDS} s.`);
      await wait(20);
    }
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#end());
  }

  async #end(): Promise<void> {
    await this.kill();
    await this.#container.stop();
    this.#lifeline?.release();
  }

  async #timesReady(): Promise<number> {
    const log = await this.#handle.logs({ stdout: true, stderr: true });
    return log.toString().split(this.#program.ready).length - 1;
  }
}

function describe(program: Program, port: number): GenericContainer {
  const place = { bind: '0.0.0.0', port: program.port, folder: program.folderInContainer, files: FILES };
  const [entrypoint = '', ...parameters] = program.command(place);
  const files = Object.entries(program.files(place));
  const container = new GenericContainer(program.image)
    .withEntrypoint([entrypoint])
    .withCommand(parameters)
    .withExposedPorts({ container: program.port, host: port })
    .withCopyContentToContainer(files.map(([name, content]) => ({ target: `${FILES}/${name}`, content })))
    .withWaitStrategy(Wait.forLogMessage(program.ready));
  return program.user === undefined ? container : container.withUser(program.user);
}

async function handleOf(container: StartedTestContainer) {
  const docker = await getContainerRuntimeClient();
  return docker.container.getById(container.getId());
}

/** The helper container of testcontainers removes leftovers, unless it is switched off. */
const removesLeftovers = (): boolean => process.env['TESTCONTAINERS_RYUK_DISABLED'] !== 'true';
