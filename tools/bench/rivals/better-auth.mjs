import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { bearer } from 'better-auth/plugins';
import { createClient } from 'redis';

// Better Auth, with its sessions in Redis. It sends its port and the headers of one user: with a cookie, and
// with a bearer token.
const [, , url, cache] = process.argv;
const redis = await createClient({ url }).connect();
const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: 'the benchmark signs cookies with this secret',
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  secondaryStorage: {
    get: (key) => redis.get(key),
    set: (key, value, ttl) => redis.set(key, value, ttl ? { EX: ttl } : {}),
    delete: (key) => redis.del(key),
  },
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  session: { cookieCache: { enabled: cache === 'cookie-cache' } },
  plugins: [bearer()],
});
const { headers } = await auth.api.signUpEmail({
  body: { email: 'bench@example.com', password: 'correct horse', name: 'Ann' },
  returnHeaders: true,
});
const cookie = headers.getSetCookie().map((line) => line.split(';')[0]);
const authorization = `Bearer ${headers.get('set-auth-token')}`;
const server = createServer(toNodeHandler(auth)).listen(0, '127.0.0.1', () => {
  const path = '/api/auth/get-session';
  process.send({ port: server.address().port, path, cookie: cookie.join('; '), authorization });
});
