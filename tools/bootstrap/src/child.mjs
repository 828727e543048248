import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { ROOT } from './root.mjs';

/** @type {NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** One Ctrl-C comes twice: from the terminal, and from npm, which passes on what it got. */
const SAME_SIGNAL_MS = 1000;

/**
 * What Node has compiled once (types stripped, bytecode) it need not compile again: halves the time that a
 * start takes.
 */
const COMPILE_CACHE = `${ROOT}node_modules/.cache/node-compile-cache`;

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} End how a process ended */

/**
 * Runs one of the workspace's programs, with our terminal unless it is told otherwise.
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
 * Runs a program in the workspace with the signals that we get, and waits for its end.
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<End>}
 */
export async function run(program, parameters, options) {
  // In a group of its own, so that a Ctrl-C reaches it once, through us: a second one would end it at once.
  const child = spawn(program, parameters, { cwd: ROOT, detached: true, ...options });
  const passOn = oncePerKey((signal) => child.kill(signal));
  for (const signal of SIGNALS) process.on(signal, passOn);
  const [code, signal] = /** @type {[End['code'], End['signal']]} */ (await once(child, 'exit'));
  for (const each of SIGNALS) process.off(each, passOn);
  return { code, signal };
}

/**
 * Ends this process as the other one ended.
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
