import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = 'infra/manifests';
const PATH = fileURLToPath(new URL(`../../../../${FOLDER}`, import.meta.url));

/** The command that applies a file of the manifests. It names a file only where one exists. */
export function applyManifest(file: string, path = PATH): string {
  const environments = existsSync(path)
    ? readdirSync(path)
        .filter((name) => existsSync(`${path}/${name}/${file}`))
        .sort()
    : [];
  if (environments.length === 0) return 'Apply the manifests of this environment again.';
  const commands = environments.map((name) => `kubectl apply --filename ${FOLDER}/${name}/${file}`);
  return environments.length === 1
    ? commands.join('')
    : `Apply the file of this environment:\n${commands.join('\n')}`;
}
