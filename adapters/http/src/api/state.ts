import type { Answer } from '../answer/answer.ts';

/** The state of one request, shared by the middlewares. */
export interface State {
  /** The template of the matched route, such as `/v1/users/{user_id}`. */
  route?: string;
  /** Whether the request can change nothing. */
  safe?: boolean;
  answer?: Answer;
  /** What a route says in each answer, also in a problem. */
  headers?: Answer['headers'];
}
