import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { redisCli, startRedis, startService, startSmtp } from '@user-management/servers';
import { likeManifests } from '../scene/redis.ts';
import { JSON_TYPE, productionEnv } from '../scene/scene.ts';

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly milliseconds: number;
}

/** Three replicas of the service with one Redis, behind a proxy that names the client. */
export interface Target {
  /** Sends one request, to the replicas in turn. @param from `X-Forwarded-For`, as the proxy sends it. */
  post(path: string, json: object, from: string): Promise<Reply>;
  /** How many passwords the replicas have hashed or checked. */
  passwordsTried(): Promise<number>;
  /** The memory that Redis uses, in bytes. */
  redisBytes(): Promise<number>;
  /** How many mails have left for the address. */
  mailsTo(address: string): number;
  close(): Promise<void>;
}

const REPLICAS = 3;
/** To each replica. */
const CONNECTIONS = 16;
const PASSWORDS = /^user_management_password_hash_duration_seconds_count (\d+)$/m;

export async function openTarget(): Promise<Target> {
  const redis = await startRedis({ args: likeManifests({ holdsUsers: true }) });
  const relay = await startSmtp();
  const env = {
    ...productionEnv(redis),
    NODE_OPTIONS: `--import=${import.meta.resolve('../scene/quick-argon2.ts')}`,
    // The proxy next to the service, and a second one in front of it.
    TRUSTED_PROXIES: '127.0.0.1/32,10.0.0.0/8',
    RATE_LIMIT_ADDRESS: '60/60',
    MAIL_FROM: 'no-reply@example.com',
    SMTP_URL: relay.url,
    SECRET_KEY: 'A'.repeat(43),
  };
  const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => startService(env)));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let turn = 0;
  return {
    post: (path, json, from) => {
      const { url } = replicas[(turn += 1) % REPLICAS] ?? { url: '' };
      return post(agent, url + path, JSON.stringify(json), from);
    },
    async passwordsTried() {
      const pages = await Promise.all(
        replicas.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
      );
      return pages.reduce((sum, page) => sum + Number(PASSWORDS.exec(page)?.[1]), 0);
    },
    async redisBytes() {
      const info = String(await redisCli(redis.url, 'INFO', 'memory'));
      return Number(/^used_memory_dataset:(\d+)/m.exec(info)?.[1]);
    },
    mailsTo: (address) => relay.mails.filter(({ to }) => to.includes(address)).length,
    async close() {
      agent.destroy();
      await Promise.all(replicas.map((replica) => replica.stop()));
      await Promise.all([redis.stop(), relay.close()]);
    },
  };
}

async function post(agent: Agent, url: string, body: string, from: string): Promise<Reply> {
  const began = performance.now();
  const headers = { ...JSON_TYPE, 'content-length': Buffer.byteLength(body), 'x-forwarded-for': from };
  const outgoing = request(url, { agent, method: 'POST', headers });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const answered = await text(answer);
  return {
    status: answer.statusCode ?? 0,
    body: (answered === '' ? {} : JSON.parse(answered)) as Record<string, unknown>,
    milliseconds: performance.now() - began,
  };
}
