import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { asJson, asText, isWell } from './report.ts';

const EX_USAGE = 64;
const USAGE = `usage: npm run doctor -- [--cluster] [--json]

  --cluster  examine the service in a Kubernetes cluster, through kubectl;
             without it: the Redis and the user store of this environment
  --json     print JSON; npm run --silent keeps npm's own lines out of it

The doctor changes nothing. It ends with 0 when no check failed, 1 when one failed, and 64 for a wrong option.
A warning is no failure.
`;

// A pod may have little memory to spare. Optimizing compilers and a larger young generation take 10 MB, and
// the doctor ends before they pay.
for (const flag of ['--no-opt', '--no-maglev', '--semi-space-growth-factor=1']) setFlagsFromString(flag);

async function main(): Promise<number> {
  const { cluster, json, help } = options();
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const results = await (cluster ? examineTheCluster() : examineHere());
  const colours = process.stdout.isTTY && !process.env['NO_COLOR'];
  process.stdout.write(json ? asJson(results) : asText(results, colours));
  return isWell(results) ? 0 : 1;
}

// Only one of the two is loaded: a cluster needs no client of Redis and of PostgreSQL.
const examineTheCluster = async () => (await import('./cluster/index.ts')).examineCluster();
const examineHere = async () => (await import('./local/index.ts')).examineLocally(process.env);

function options() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ options: { cluster: flag, json: flag, help: flag } }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(EX_USAGE);
  }
}

// A check that timed out may have left a connection open, and the process would wait for it.
void main().then((code) => process.exit(code));
