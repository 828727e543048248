import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The installation of a Debian package starts its server. This file prevents that. */
const POLICY = '/usr/sbin/policy-rc.d';

export const canInstall = (): boolean =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');

/** Installs a package without starting its server, and announces it on standard error. */
export async function install(name: string): Promise<void> {
  process.stderr.write(`The tests need the package ${name}. Installing it with apt …\n`);
  const policyIsOurs = !existsSync(POLICY);
  if (policyIsOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await apt('update');
    await apt('install', '--yes', '--no-install-recommends', name);
  } finally {
    if (policyIsOurs) rmSync(POLICY);
  }
}

const apt = (...parameters: string[]) =>
  run('apt-get', ['--quiet', '--option', 'DPkg::Lock::Timeout=120', ...parameters], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 16 * 1024 * 1024,
  });
