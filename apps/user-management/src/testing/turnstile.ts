import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

interface Turnstile {
  readonly port: number;
  /** The commands so far, by round trip. */
  readonly trips: readonly (readonly string[])[];
  /** Waits until no command is on its way. */
  settled(): Promise<void>;
}

/** Turns of the event loop without a command, after which the process waits for an answer. */
const QUIET = 10;

/**
 * A proxy in front of a Redis, for a client in this process. It holds commands back until the client sends no
 * more without an answer, and lets them pass together. So it counts round trips, whatever else the machine
 * does.
 */
export async function startTurnstile(redis: URL): Promise<Turnstile> {
  const trips: string[][] = [];
  let inFlight: Promise<void> | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(redis.port), redis.hostname);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
    let held: Buffer[] = [];
    let turns = 0;
    const pass = async () => {
      while (turns++ < QUIET) await nextTurn();
      inFlight = undefined;
      const bytes = Buffer.concat(held);
      held = [];
      trips.push(namesIn(bytes));
      upstream.write(bytes);
    };
    client.on('data', (bytes) => {
      held.push(bytes);
      turns = 0;
      inFlight ??= pass();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const settled = async () => {
    for (let quiet = 0; quiet <= QUIET; quiet = inFlight ? 0 : quiet + 1) await nextTurn();
  };
  return { port: (server.address() as AddressInfo).port, trips, settled };
}

/** A command is an array of texts, whose first one is its name. */
const namesIn = (bytes: Buffer): string[] =>
  [...bytes.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n([A-Z]+)\r\n/g)].map(([, name = '']) => name);
