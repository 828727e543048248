import { createServer } from 'node:http';

/** The comparison for session checks without Koa: one constant answer to every request. */
const [, , status = '200', headers = '{}', body = ''] = process.argv;
const fields = JSON.parse(headers) as Record<string, string>;

const server = createServer((_, res) => {
  res.writeHead(Number(status), { ...fields, 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
