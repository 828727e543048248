import {
  DependencyUnavailable,
  DomainError,
  type ImportedUser,
  type NewUser,
  type Origin,
  ValidationFailed,
} from '@user-management/domain';
import { problemCode } from '../answer/problem-answer.ts';
import { HttpError } from '../answer/problems.ts';
import type { Services } from '../api/services.ts';
import type { Line } from '../request/lines.ts';
import { refusalAt, validate } from '../request/validation.ts';
import { newUser } from '../schemas/admin-requests.ts';
import { credentialMember, toNewUser } from './admin.ts';
import type { StorePatience } from './store-patience.ts';

interface Result {
  readonly line: number;
  readonly status: ImportedUser['status'] | 'failed';
}

/** A line that is a user. The use case may still refuse it. */
interface Candidate {
  readonly line: number;
  readonly user: NewUser;
  /** What holds the password or the hash. */
  readonly member: string;
}

type Outcome = PromiseSettledResult<ImportedUser>;

/**
 * Imports the users of these lines together, and again those that fail because the store is gone.
 * @returns a result for each line, in the order of the lines.
 */
export async function importBatch(
  lines: readonly Line[],
  origin: Origin,
  { useCases, logger }: Services,
  patience: StorePatience,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const fail = (line: number, error: unknown) => {
    const code = problemCode(error);
    if (code === 'internal-error') logger.error({ err: error, line }, 'A line of an import failed.');
    results.push({ line, status: 'failed', ...{ code, detail: detailOf(error) } });
  };
  const candidates = lines.flatMap((line) => {
    try {
      return [toCandidate(line)];
    } catch (error) {
      fail(line.number, error);
      return [];
    }
  });
  const outcomes = await patiently(
    candidates.map(({ user }) => user),
    (users) => useCases.importUsers(users, origin),
    patience,
  );
  for (const [n, { line, member }] of candidates.entries()) {
    const outcome = outcomes[n];
    if (outcome?.status !== 'fulfilled') fail(line, refusalAt(member, outcome?.reason));
    else results.push({ line, status: outcome.value.status, ...{ user_id: outcome.value.id } });
  }
  return results.sort((a, b) => a.line - b.line);
}

async function patiently(
  users: readonly NewUser[],
  importUsers: (users: readonly NewUser[]) => Promise<readonly Outcome[]>,
  patience: StorePatience,
): Promise<readonly Outcome[]> {
  const outcomes = await importUsers(users);
  const lost = users.filter((_, n) => isLost(outcomes[n]));
  if (lost.length === 0) patience.renew();
  if (lost.length === 0 || !(await patience.wait())) return outcomes;
  const later = (await patiently(lost, importUsers, patience)).values();
  return outcomes.map((outcome) => (isLost(outcome) ? (later.next().value ?? outcome) : outcome));
}

/** The store may have written the user or not. Either is fine: a repeat leaves a user unchanged. */
const isLost = (outcome: Outcome | undefined): boolean =>
  outcome?.status === 'rejected' && outcome.reason instanceof DependencyUnavailable;

/** @throws {ValidationFailed | HttpError} */
function toCandidate(line: Line): Candidate {
  if ('problem' in line) throw line.problem;
  const body = validate(newUser, line.value);
  return { line: line.number, user: toNewUser(body), member: credentialMember(body) };
}

function detailOf(error: unknown): string {
  if (error instanceof ValidationFailed) {
    return error.faults.map(({ path, message }) => `${path.join('.') || 'The line'} ${message}`).join(', ');
  }
  const known = error instanceof DomainError || error instanceof HttpError;
  return known ? error.message : 'An unexpected error. The log of the service has its cause.';
}
