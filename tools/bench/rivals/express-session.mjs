import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';

// Express with its sessions in Redis. It sends its port and the cookie of one user.
const [, , url] = process.argv;
const client = await createClient({ url }).connect();
const store = new RedisStore({ client, disableTouch: true });
const app = express();
app.use(
  session({
    store,
    secret: 'the benchmark signs cookies with this secret',
    resave: false,
    saveUninitialized: false,
  }),
);
app.post('/login', (request, response) => {
  request.session.user = { id: 'usr_1', email: 'bench@example.com', name: 'Ann' };
  response.end();
});
app.get('/me', (request, response) => {
  if (request.session.user) response.json(request.session.user);
  else response.status(401).end();
});
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const { headers } = await fetch(`http://127.0.0.1:${port}/login`, { method: 'POST' });
  const [cookie] = headers.get('set-cookie').split(';');
  process.send({ port, path: '/me', cookie });
});
