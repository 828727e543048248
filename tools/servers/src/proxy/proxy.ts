import { findOnHost } from '../program/find.ts';
import type { HostProgram } from '../program/program.ts';
import type { Server } from '../program/server.ts';
import { ProcessServer } from '../running/process-server.ts';

export type ProxyName = 'nginx' | 'haproxy' | 'caddy';

/**
 * Starts a proxy for one test, which must stop it.
 * @param files the text of each file, by its name. `LISTEN_ADDRESS` in a text becomes the address of the
 * proxy, and `FOLDER` the folder of the files, which is writable.
 */
export async function startProxy(name: ProxyName, files: Readonly<Record<string, string>>): Promise<Server> {
  const program = { ...PROXIES[name], files: filledIn(files) };
  return ProcessServer.start(program, await findOnHost(program));
}

const filledIn =
  (files: Readonly<Record<string, string>>): HostProgram['files'] =>
  ({ bind, port, folder }) =>
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        text.replaceAll('LISTEN_ADDRESS', `${bind}:${port}`).replaceAll('FOLDER', folder),
      ]),
    );

const inFolders = (binary: string) => ({
  name: binary,
  binary,
  package: binary,
  binaryFolders: ['/usr/sbin'],
});

const PROXIES: Readonly<Record<ProxyName, Omit<HostProgram, 'files'>>> = {
  nginx: {
    ...inFolders('nginx'),
    command: ({ folder }) => ['nginx', '-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr'],
    ready: /start worker process/,
  },
  haproxy: {
    ...inFolders('haproxy'),
    command: ({ folder }) => ['haproxy', '-W', '-db', '-f', `${folder}/haproxy.cfg`],
    ready: /Loading success/,
  },
  caddy: {
    ...inFolders('caddy'),
    // It keeps a copy of its configuration at home.
    command: ({ folder }) => [
      ...['env', `HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`],
      ...['caddy', 'run', '--config', `${folder}/Caddyfile`],
    ],
    ready: /serving initial configuration/,
  },
};
