import Router from '@koa/router';
import Koa from 'koa';
import { listen } from './listen.ts';

/** The comparison for session checks: Koa and its router, with one route and a constant answer. */
const [, , status = '200', headers = '{}', body = ''] = process.argv;
const fields = JSON.parse(headers) as Record<string, string>;

const app = new Koa();
const router = new Router();
router.get('/v1/users/me', (ctx) => {
  ctx.status = Number(status);
  ctx.set(fields);
  ctx.body = body;
});
app.use(router.routes());
listen(app.callback());
