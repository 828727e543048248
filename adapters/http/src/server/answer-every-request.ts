import type { Logger } from '@user-management/domain';
import type { Middleware } from 'koa';
import { type Failure, logAnswered } from './access-log.ts';
import type { Answer } from '../answer/answer.ts';
import { problemAnswer } from '../answer/problem-answer.ts';
import { HttpError } from '../answer/problems.ts';
import { checkMessage } from '../request/message.ts';
import { requestId } from '../request/request-id.ts';
import { send } from './send.ts';
import { declared } from '../api/route-problems.ts';
import type { State } from '../api/state.ts';

/** Observes every answered request. The calls happen between requests, so they must be cheap. */
export interface HttpObserver {
  /**
   * @param answer `route` is a template or `unmatched`, and `method` may be `OTHER`. A client cannot choose
   * any value.
   */
  answered(answer: { route: string; method: string; status: number; seconds: number }): void;
}

interface Parts {
  readonly logger: Logger;
  readonly observer: HttpObserver;
  /** Whether the service is stopping. Every answer then closes its connection. */
  readonly draining: () => boolean;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The outermost middleware. The client gets exactly one answer, whatever an inner middleware does. */
export const answerEveryRequest =
  ({ logger, observer, draining }: Parts): Middleware<State> =>
  async (ctx, next) => {
    const start = performance.now();
    const { req, res, state } = ctx;
    const id = requestId(req.headers['x-request-id']);
    // From here on `send` writes the answer, and Koa only holds the request.
    ctx.respond = false;

    let failure: Failure | undefined;
    let answer: Answer;
    try {
      checkMessage(req);
      answer = ((await next()) as Answer | undefined) ?? nothingHere();
    } catch (thrown) {
      const error = state.route ? declared(thrown, state.route) : thrown;
      failure = { error };
      answer = problemAnswer(error, id);
    }
    if (state.headers) answer = { ...answer, headers: { ...answer.headers, ...state.headers } };
    if (res.closed) logger.info({ request_id: id }, 'An answer could not be delivered');
    try {
      await send(req, res, answer, id, draining());
    } catch (error) {
      if (!isGone(error)) failure = { error };
    }

    const answered = {
      route: state.route?.path ?? 'unmatched',
      method: METHODS.has(ctx.method) ? ctx.method : 'OTHER',
      status: answer.status,
      seconds: (performance.now() - start) / 1000,
    };
    observer.answered(answered);
    if (failure || answer.status >= 400 || !isSafe(ctx.method, state))
      logAnswered(logger, id, answered, failure);
  };

/** The client has left before it had the whole answer. */
const isGone = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';

/** Whether the request can change nothing. */
const isSafe = (method: string, { route }: State): boolean =>
  route?.safe ?? (method === 'GET' || method === 'HEAD');

function nothingHere(): never {
  throw new HttpError('not-found', 'There is nothing under this path.');
}
