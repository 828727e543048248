import { NodeSecrets } from '@user-management/crypto';
import { issue, Refused, USAGE } from './issue.ts';

// `npm run service-token -- --name NAME --scope SCOPE`: the token of another service, and its entry.
try {
  const { token, entry } = issue(process.argv.slice(2), new NodeSecrets());
  process.stdout.write(`${JSON.stringify(entry, undefined, 2)}\n`);
  process.stderr.write(`
The entry goes to the list that SERVICE_TOKENS_FILE names. It is no secret.
The token below goes to the service. It is a secret, and it is shown only now.

${token}
`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  process.exitCode = 1;
}
