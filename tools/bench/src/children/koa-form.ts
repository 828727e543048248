import Router from '@koa/router';
import Koa from 'koa';
import { listen } from './listen.ts';

/** The comparison for introspections: Koa and its router, with one route that reads a form. */
const [, , status = '200', headers = '{}', body = ''] = process.argv;
const fields = JSON.parse(headers) as Record<string, string>;

const app = new Koa();
const router = new Router();
router.post('/v1/introspect', async (ctx) => {
  const form = new URLSearchParams(await text(ctx.req));
  if (!form.has('token')) throw new Error('The form has no token.');
  ctx.status = Number(status);
  ctx.set(fields);
  ctx.body = body;
});
app.use(router.routes());
listen(app.callback());

/** The cheapest way with events. */
function text(req: Koa.Context['req']): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    resolve(Buffer.concat(chunks).toString());
  });
  return promise;
}
