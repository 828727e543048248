import type { Answer } from '../answer/answer.ts';
import type { RouteDescription } from './route-description.ts';

/** The state of one request, shared by the middlewares. */
export interface State {
  /** The route that the request matched. */
  route?: RouteDescription;
  /** What a route says in each answer, also in a problem. */
  headers?: Answer['headers'];
}
