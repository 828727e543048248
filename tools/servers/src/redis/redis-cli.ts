import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';

/** Sends one command over a new connection, as redis-cli does. */
export async function redisCli(url: string, ...command: string[]): Promise<unknown> {
  const [answer] = await redisCommands(url, command);
  return answer;
}

/** Sends commands over one new connection. */
export async function redisCommands(url: string, ...commands: string[][]): Promise<unknown[]> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await Promise.all(commands.map((command) => client.sendCommand(command)));
  } finally {
    client.destroy();
  }
}

const SECONDS = 60;

/** Repeats the check until it returns true. A check that fails counts as false. */
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SECONDS * 1000;
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`Not true within ${SECONDS} s: ${what}.`);
    await wait(50);
  }
}
