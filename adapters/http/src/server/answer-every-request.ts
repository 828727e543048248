import type { Logger } from '@user-management/domain';
import type { Middleware } from 'koa';
import { type Failure, logAnswered } from './access-log.ts';
import type { Answer } from '../answer/answer.ts';
import { problemAnswer } from '../answer/problem-answer.ts';
import { HttpError } from '../answer/problems.ts';
import { checkMessage } from '../request/message.ts';
import { requestId } from '../request/request-id.ts';
import { send } from './send.ts';
import type { State } from '../api/state.ts';

/** Hears of every request once it is answered. Must be cheap: it is called between two requests. */
export interface HttpObserver {
  /**
   * @param answer `route` is its template or `unmatched`, `method` may be `OTHER`: nothing that a client can
   * make up.
   */
  answered(answer: { route: string; method: string; status: number; seconds: number }): void;
}

interface Parts {
  readonly logger: Logger;
  readonly observer: HttpObserver;
  /**
   * Whether the service is about to stop: then every answer asks its client to come back on another
   * connection.
   */
  readonly draining: () => boolean;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The outermost middleware: whatever happens further in, the client gets one answer. */
export const answerEveryRequest =
  ({ logger, observer, draining }: Parts): Middleware<State> =>
  async (ctx, next) => {
    const start = performance.now();
    const { req, res, state } = ctx;
    const id = requestId(req.headers['x-request-id']);
    // From here on `send` answers, and Koa only carries the request.
    ctx.respond = false;

    let failure: Failure | undefined;
    let answer: Answer;
    try {
      checkMessage(req);
      await next();
      answer = state.answer ?? nothingHere();
    } catch (error) {
      failure = { error };
      answer = problemAnswer(error, id);
    }
    send(req, res, answer, id, draining());

    const answered = {
      route: state.route ?? 'unmatched',
      method: METHODS.has(ctx.method) ? ctx.method : 'OTHER',
      status: answer.status,
      seconds: (performance.now() - start) / 1000,
    };
    observer.answered(answered);
    logAnswered(logger, id, answered, failure);
  };

function nothingHere(): never {
  throw new HttpError('not-found', 'There is nothing under this path.');
}
