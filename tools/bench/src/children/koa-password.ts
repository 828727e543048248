import { json } from 'node:stream/consumers';
import Router from '@koa/router';
import { verify } from 'argon2';
import Koa from 'koa';
import { listen } from './listen.ts';

/** The comparison for logins: Koa and its router, with one route that does nothing but check the password. */
const [, , hash = '', body = ''] = process.argv;

const app = new Koa();
const router = new Router();
router.post('/v1/auth/login', async (ctx) => {
  const { password } = (await json(ctx.req)) as { password: string };
  if (!(await verify(hash, password))) throw new Error('The password is wrong.');
  ctx.type = 'application/json';
  ctx.body = body;
});
app.use(router.routes());
listen(app.callback());
