import { listen } from './listen.ts';

/** The comparison for session checks without Koa: one constant answer to every request. */
const [, , status = '200', headers = '{}', body = ''] = process.argv;
const fields = JSON.parse(headers) as Record<string, string>;

listen((_, res) => {
  res.writeHead(Number(status), { ...fields, 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
});
