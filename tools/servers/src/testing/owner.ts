import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that has started a server and runs until it is killed. */
export interface Owner {
  /** The URL of the server. */
  readonly url: string;
  kill(): void;
}

/**
 * @param start an expression that starts the server. `servers` in it is the package
 * `@user-management/servers`.
 */
export async function startOwner(start: string): Promise<Owner> {
  const script = `const servers = await import(process.argv[1]);
    process.stdout.write((${start}).url);
    setInterval(() => {}, 1000);`;
  const index = import.meta.resolve('../index.ts');
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script, index]);
  const [url] = (await once(owner.stdout, 'data')) as [Buffer];
  return { url: url.toString(), kill: () => void owner.kill('SIGKILL') };
}
