import { message, startChild } from './child.ts';

export interface ConstantServer {
  readonly origin: string;
  readonly pid: number;
  readonly stop: () => void;
}

/** Starts a module that answers every request with status, headers and content of `sample`. */
export async function startConstantServer(module: string, sample: Response): Promise<ConstantServer> {
  const content = await sample.clone().text();
  const child = startChild(module, String(sample.status), JSON.stringify(ownHeaders(sample)), content);
  const port = await message<number>(child);
  if (child.pid === undefined) throw new Error(`${module} did not start`);
  return { origin: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => void child.kill() };
}

/** The headers that Node does not add by itself. */
function ownHeaders({ headers }: Response): Record<string, string> {
  const written = new Set(['date', 'connection', 'keep-alive', 'content-length']);
  return Object.fromEntries([...headers].filter(([name]) => !written.has(name)));
}
