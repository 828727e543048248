import {
  type ContainerRuntimeClient,
  GenericContainer,
  getContainerRuntimeClient,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import { freePort } from './free-port.ts';
import { Lifeline } from './lifeline.ts';
import type { Program } from './program.ts';
import type { Server } from './server.ts';

const FILES = '/etc/test-server';

/** A server in a container of its own. */
export class ContainerServer implements Server {
  readonly host: string;
  readonly port: number;
  readonly #container: StartedTestContainer;
  readonly #docker: ContainerRuntimeClient;
  readonly #lifeline: Lifeline | undefined;

  static async start(program: Program): Promise<ContainerServer> {
    // A port chosen by Docker would be another one after a restart.
    const port = await freePort();
    const container = await describe(program, port).start();
    return new ContainerServer(container, port, await getContainerRuntimeClient());
  }

  private constructor(container: StartedTestContainer, port: number, docker: ContainerRuntimeClient) {
    this.#container = container;
    this.#docker = docker;
    this.#lifeline = removesLeftovers()
      ? undefined
      : new Lifeline('docker rm --force --volumes "$1"', container.getId());
    // Not the name: it may mean ::1 first, where nothing was published.
    this.host = container.getHost() === 'localhost' ? '127.0.0.1' : container.getHost();
    this.port = port;
  }

  async pause(): Promise<void> {
    await this.#handle.pause();
  }

  async resume(): Promise<void> {
    await this.#handle.unpause();
  }

  async kill(): Promise<void> {
    if (await this.#isRunning()) await this.#handle.kill();
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.#container.restart({ timeout: 0 });
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.#container.stop();
    this.#lifeline?.release();
  }

  async #isRunning(): Promise<boolean> {
    return (await this.#handle.inspect()).State.Running;
  }

  get #handle() {
    return this.#docker.container.getById(this.#container.getId());
  }
}

function describe(program: Program, port: number): GenericContainer {
  const place = { bind: '0.0.0.0', port: program.port, folder: program.folderInContainer, files: FILES };
  const [entrypoint = '', ...parameters] = program.command(place);
  const files = Object.entries(program.files);
  const container = new GenericContainer(program.image)
    .withEntrypoint([entrypoint])
    .withCommand(parameters)
    .withExposedPorts({ container: program.port, host: port })
    .withCopyContentToContainer(files.map(([name, content]) => ({ target: `${FILES}/${name}`, content })))
    .withWaitStrategy(Wait.forLogMessage(program.ready));
  return program.user === undefined ? container : container.withUser(program.user);
}

/** Testcontainers' own helper does, unless it is switched off. */
const removesLeftovers = (): boolean => process.env['TESTCONTAINERS_RYUK_DISABLED'] !== 'true';
