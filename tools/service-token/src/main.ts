import { NodeSecrets } from '@user-management/crypto';
import { issue, Refused, USAGE } from './issue.ts';

const EX_USAGE = 64;

// `npm run service-token -- --name NAME --scope SCOPE`: the token of another service, and its entry.
const args = process.argv.slice(2);
if (args.includes('--help')) process.stdout.write(USAGE);
else printToken(args);

function printToken(options: string[]): void {
  try {
    const { token, entry } = issue(options, new NodeSecrets());
    process.stdout.write(`${JSON.stringify(entry, undefined, 2)}\n`);
    process.stderr.write(`
The entry goes to the list that SERVICE_TOKENS_FILE names. It is no secret.
The token below goes to the service. It is a secret, and it is shown only now.

${token}
`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`${error.message}\n${USAGE}`);
    process.exitCode = EX_USAGE;
  }
}
