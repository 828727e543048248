import { docker, dockerHere } from './docker.ts';
import { tagOf, VERSION } from './image.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { revision, sourceDate } from './source.ts';

const EX_USAGE = 64;

const { name, target, push, others } = optionsOrExit(process.argv.slice(2));
const tag = tagOf(target, name);
const date = sourceDate(process.env);
const buildArguments = Object.entries({
  VERSION,
  REVISION: revision(),
  CREATED: new Date(date * 1000).toISOString(),
  SOURCE_DATE_EPOCH: date,
}).flatMap(([argument, value]) => ['--build-arg', `${argument}=${value}`]);

process.exitCode = await dockerHere(
  'build',
  '--tag',
  tag,
  '--target',
  target,
  ...buildArguments,
  ...others,
  '.',
);
if (process.exitCode === 0) process.stdout.write(`${tag}: ${await megabytes()} MB\n`);
if (process.exitCode === 0 && push) process.exitCode = await dockerHere('push', tag);

async function megabytes(): Promise<number> {
  return Math.round(Number(await docker('image', 'inspect', '--format', '{{.Size}}', tag)) / 1e6);
}

function optionsOrExit(args: readonly string[]): Options {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  try {
    return readOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(EX_USAGE);
  }
}
