import { find } from '../program/find.ts';
import type { From, Program } from '../program/program.ts';
import type { Server } from '../program/server.ts';
import { ProcessServer } from './process-server.ts';

/** Starts the program from the first place where it is found, or from the required one. */
export async function launch(program: Program, from?: From): Promise<Server> {
  const source = await find(program, from);
  if (source.from === 'binary') return ProcessServer.start(program, source.folder);
  const { ContainerServer } = await import('./container-server.ts');
  return ContainerServer.start(program);
}
