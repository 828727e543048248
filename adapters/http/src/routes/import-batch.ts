import {
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

/** Imports the users of these lines together. @returns a result for each line, in the order of the lines. */
export async function importBatch(
  lines: readonly Line[],
  origin: Origin,
  { useCases, logger }: Services,
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
  const outcomes = await useCases.importUsers(
    candidates.map(({ user }) => user),
    origin,
  );
  for (const [n, { line, member }] of candidates.entries()) {
    const outcome = outcomes[n];
    if (outcome?.status !== 'fulfilled') fail(line, refusalAt(member, outcome?.reason));
    else results.push({ line, status: outcome.value.status, ...{ user_id: outcome.value.id } });
  }
  return results.sort((a, b) => a.line - b.line);
}

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
