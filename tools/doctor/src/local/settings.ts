import type { ServiceEntry } from '@user-management/domain';
import { FileProblem, readServiceList } from '@user-management/files';
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
];

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
