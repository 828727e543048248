import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { ROOT } from './root.mjs';

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A Ctrl-C arrives twice: from the terminal, and from npm, which forwards it. */
const SAME_SIGNAL_MS = 1000;

/** Keeps the compiled code between runs. That halves the time of a start. */
const COMPILE_CACHE = `${ROOT}node_modules/.cache/node-compile-cache`;

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} End how a process ended */

/**
 * Runs a program of the workspace, by default with the terminal of this process.
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {NodeJS.ProcessEnv} env
 * @param {import('node:child_process').StdioOptions} stdio
 */
export function runHere(program, parameters, env = {}, stdio = 'inherit') {
  const PATH = [`${ROOT}node_modules/.bin`, process.env['PATH']].join(delimiter);
  const whole = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, ...env, PATH };
  return run(program, parameters, { stdio, env: whole });
}

/**
 * Runs a program in the workspace, forwards the signals of this process to it, and waits for its end.
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<End>}
 */
export async function run(program, parameters, options) {
  // Its own process group, so that it gets a Ctrl-C only once, from this process. A second one would kill it.
  const child = spawn(program, parameters, { cwd: ROOT, detached: true, ...options });
  const passOn = oncePerKey((signal) => child.kill(signal));
  for (const signal of SIGNALS) process.on(signal, passOn);
  const [code, signal] = /** @type {[End['code'], End['signal']]} */ (await once(child, 'exit'));
  for (const each of SIGNALS) process.off(each, passOn);
  return { code, signal };
}

/**
 * Ends this process with the same exit code or signal.
 * @param {End} end
 */
export function endLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/** @param {(signal: NodeJS.Signals) => void} act @returns {(signal: NodeJS.Signals) => void} */
function oncePerKey(act) {
  const last = new Map();
  return (signal) => {
    const now = performance.now();
    if (now - (last.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return;
    last.set(signal, now);
    act(signal);
  };
}
