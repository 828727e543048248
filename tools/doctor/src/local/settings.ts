import type { ServiceEntry, WebhookTarget } from '@user-management/domain';
import { FileProblem, readServiceList, readWebhookTargets } from '@user-management/files';
import { InvalidSettings, type Settings } from '@user-management/settings';
import { type Check, failed, type Finding, ok, warning } from '../check.ts';
import { LIMITS_OFF, NAME_PROXIES } from '../limits-off.ts';
import type { Patient } from './patient.ts';

export const settingsChecks: readonly Check<Patient>[] = [
  {
    name: 'settings',
    needs: [],
    examine(patient) {
      try {
        return ok(describe(patient.settings()));
      } catch (error) {
        if (!(error instanceof InvalidSettings)) throw error;
        return failed(error.problems.join('\n'), advice(error.problems));
      }
    },
    mend: () => 'set the variables to the values in docs/configuration.md',
  },
  {
    name: 'client addresses',
    needs: ['settings'],
    examine(patient) {
      const { addressRate } = patient.settings();
      if (addressRate === null) return warning(LIMITS_OFF, NAME_PROXIES);
      return ok(`${addressRate.limit} requests of each operation in ${addressRate.seconds} s`);
    },
    mend: () => NAME_PROXIES,
  },
  {
    name: 'service tokens',
    needs: ['settings'],
    async examine(patient) {
      const { serviceTokensFile: path } = patient.settings();
      if (path === undefined) return ok('SERVICE_TOKENS_FILE is unset, so no other service may call.');
      try {
        return describeServices(await readServiceList(path));
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        return failed(`SERVICE_TOKENS_FILE is "${path}". ${error.message}`, MAKE_ENTRY);
      }
    },
    mend: () => MAKE_ENTRY,
  },
  {
    name: 'webhooks',
    needs: ['settings'],
    async examine(patient) {
      const { webhooksFile: path, appEnv } = patient.settings();
      if (path === undefined) return ok('WEBHOOKS_FILE is unset, so nobody gets events.');
      try {
        return describeTargets(await readWebhookTargets(path, appEnv === 'production'));
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        return failed(`WEBHOOKS_FILE is "${path}". ${error.message}`, WRITE_LIST);
      }
    },
    mend: () => WRITE_LIST,
  },
];

const WRITE_LIST = 'write the list as docs/webhooks.md shows it';

/** The id of an endpoint has its host, and no secret. */
function describeTargets(targets: readonly WebhookTarget[]): Finding {
  if (targets.length === 0) return ok('The list is empty.');
  const changing = targets.filter(({ secrets }) => secrets.length > 1).length;
  const about = changing > 0 ? ` ${changing} of them have a previous secret.` : '';
  return ok(`These endpoints get events: ${targets.map(({ id }) => id).join(', ')}.${about}`);
}

const MAKE_ENTRY = 'npm run service-token -- --name NAME --scope SCOPE makes an entry for the list';

function describeServices(entries: readonly ServiceEntry[]): Finding {
  const expired = entries.filter(({ notAfter }) => notAfter !== null && notAfter <= Date.now());
  const names = (of: readonly ServiceEntry[]) => of.map(({ name }) => name).join(', ');
  if (expired.length > 0)
    return warning(`Tokens of these services have expired: ${names(expired)}.`, MAKE_ENTRY);
  return ok(entries.length === 0 ? 'The list is empty.' : `These services may call: ${names(entries)}.`);
}

function describe({ appEnv, redis, database, cacheTtl, sessions }: Settings): string {
  const nodes = redis.nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  return (
    `${appEnv}; Redis (${redis.mode}) at ${nodes}; users in ${database.kind}; TTLs ${cacheTtl} s ` +
    `and ${sessions.tokenTtl} s`
  );
}

/** Every problem begins with the name of its variable. */
function advice(problems: readonly string[]): string {
  const names = problems.map((problem) => problem.split(' ', 1)[0]);
  return (
    `export ${[...new Set(names)].map((name) => `${name}=…`).join(' ')} with accepted values ` +
    '(docs/configuration.md); unset means the default'
  );
}
