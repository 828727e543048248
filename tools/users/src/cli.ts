import { readFileSync } from 'node:fs';
import { Api, Failed } from './api.ts';
import { run } from './commands.ts';
import { type Options, readCall, USAGE } from './options.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';

const EX_USAGE = 64;

/** @returns the exit code. */
export async function cli(args: readonly string[], env: NodeJS.ProcessEnv, out: Output): Promise<number> {
  try {
    const call = readCall(args);
    if (!call) {
      out.stdout.write(USAGE);
      return 0;
    }
    const api = new Api(call.options.url, readToken(call.options, env));
    return (await run(api, call, out)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Failed || error instanceof Refused)) throw error;
    out.stderr.write(`${error.message}\n${error instanceof Refused ? USAGE : ''}`);
    return error instanceof Refused ? EX_USAGE : 1;
  }
}

/** A token on the command line would show in the list of processes, so it comes from elsewhere. */
function readToken({ 'token-file': file }: Options, { SERVICE_TOKEN: token }: NodeJS.ProcessEnv): string {
  if (file === undefined) {
    if (token) return token;
    throw new Refused('Set SERVICE_TOKEN, or name a file with a service token (--token-file).');
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Refused(`The file ${file} cannot be read.`);
  }
}
