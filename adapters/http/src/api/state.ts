import type { Answer } from '../answer/answer.ts';

/** What the middlewares tell one another about one request. */
export interface State {
  /** The template of the route that matched, such as `/v1/users/{user_id}`. */
  route?: string;
  answer?: Answer;
}
