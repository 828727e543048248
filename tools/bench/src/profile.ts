import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Service } from '@user-management/servers';
import { positive, readOrExit } from './arguments.ts';
import { selfTimes } from './report/self-times.ts';
import { load } from './scene/load.ts';
import { openScene, register } from './scene/scene.ts';

const USAGE = `usage: npm run profile -- [--seconds N] [--output FILE]

  --seconds N    how long session checks are measured (5)
  --output FILE  where the profile goes (session-check.cpuprofile)

It shows where the CPU time of a session check goes. Chrome, VS Code and speedscope.app show the file as a
flame graph. It ends with 64 for a wrong option.
`;

const { seconds, output } = readOrExit(USAGE, (args) => {
  const options = {
    seconds: { type: 'string', default: '5' },
    output: { type: 'string', default: 'session-check.cpuprofile' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  return { seconds: positive('seconds', values.seconds), output: values.output };
});
const path = resolve(output);
const LONGEST_TABLE = 40;

const { service, close } = await openScene({
  NODE_OPTIONS: `--import=${import.meta.resolve('./children/profile-probe.ts')}`,
  BENCH_PROFILE: path,
});
const request = {
  url: `${service.url}/v1/users/me`,
  headers: { authorization: `Bearer ${await register(service)}` },
};
// V8 compiles the functions first.
await load(request, 2);
await toggle(service, 'profile started');
const { count } = await load(request, seconds);
await toggle(service, 'profile written');
await close();

const times = selfTimes(JSON.parse(readFileSync(path, 'utf8')) as Profiler.Profile);
const total = times.reduce((sum, [, time]) => sum + time, 0);
process.stdout.write(
  `${count} session checks, ${(total / count).toFixed(1)} µs of the main thread for each:\n`,
);
for (const [name, time] of times.slice(0, LONGEST_TABLE))
  process.stdout.write(`${(time / count).toFixed(2).padStart(6)} µs  ${name}\n`);
process.stdout.write(`${path} opens in Chrome (Performance), VS Code and speedscope.app.\n`);

async function toggle(service: Service, done: string): Promise<void> {
  service.signal('SIGUSR2');
  while (!service.output().includes(done)) await wait(20);
}
