import { NAME, type Target, TARGETS } from './image.ts';

export const USAGE = `usage: npm run image -- [--name REGISTRY/NAME] [--target ${TARGETS.join('|')}] [--push]

  --name REGISTRY/NAME  the name of the image (${NAME}); the version is its tag
  --target TARGET       ${TARGETS.join(', or ')} with a shell
  --push                pushes the image afterwards, as the user of docker login

All other options go to docker build, such as --build-arg CPU_LEVEL=x86-64-v3.
`;

export interface Options {
  readonly name: string;
  readonly target: Target;
  readonly push: boolean;
  /** The unchanged options for `docker build`. */
  readonly others: readonly string[];
}

/** @param args the arguments after `npm run image --` @throws {Error} that names the wrong option */
export function readOptions(args: readonly string[]): Options {
  const others: string[] = [];
  let [name, target, push]: [string, string, boolean] = [NAME, TARGETS[0], false];
  for (let at = 0; at < args.length; at += 1) {
    const [option = '', value] = (args[at] ?? '').split(/=(.*)/s);
    const next = (): string => value ?? args[(at += 1)] ?? '';
    if (option === '--name') name = next();
    else if (option === '--target') target = next();
    else if (option === '--push') push = true;
    else others.push(args[at] ?? '');
  }
  if (!isTarget(target)) throw new Error(`--target must be one of ${TARGETS.join(', ')}.`);
  if (!/^[a-z0-9][a-z0-9._:/-]*$/.test(name) || /:[^/]*$/.test(name))
    throw new Error('--name must be REGISTRY/NAME without a tag, because the version is the tag.');
  return { name, target, push, others };
}

const isTarget = (text: string): text is Target => (TARGETS as readonly string[]).includes(text);
