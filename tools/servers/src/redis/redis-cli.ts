import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';

/** Sends one command over a connection of its own, as redis-cli does. */
export async function redisCli(url: string, ...command: string[]): Promise<unknown> {
  const [answer] = await redisCommands(url, command);
  return answer;
}

/** Sends commands over one connection of their own. */
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

/** Asks again and again until the answer is yes. What fails counts as no. */
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SECONDS * 1000;
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${SECONDS} s`);
    await wait(50);
  }
}
