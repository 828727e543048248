import { setTimeout as wait } from 'node:timers/promises';
import { type Assault, assault, type Attempt } from './assault.ts';
import type { Target } from './target.ts';
import { heldUp, registerVictims, type Victim } from './victims.ts';

export interface Finding extends Assault {
  readonly attack: string;
  /** The most passwords that the limits let through in this time. */
  readonly mostPasswords: number;
  readonly victims: string;
}

/** @param size 1 for the whole attack, and less for a part of it. */
export type Attack = (target: Target, size: number) => Promise<Finding>;

const LOGIN = '/v1/auth/login';
const RESET = '/v1/auth/password-reset';
const REFRESH = '/v1/auth/refresh';

/** `RATE_LIMIT_ADDRESS=60/60`: at once, and then one a second. A second is reserve for the edges. */
const fromAddresses = (count: number, seconds: number) => count * (60 + Math.ceil(seconds) + 1);
/** Five at once, and then one after 1, 2, 4 … seconds. */
const forAccount = (seconds: number) => 5 + Math.floor(Math.log2(1 + seconds + 1));

/** An address of the attacker. */
const attacker = (n: number) => `20.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
const login = (email: string, password: string, from: string): Attempt => ({
  path: LOGIN,
  json: { email, password, device_id: 'attacker' },
  from,
});
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Pairs of emails and passwords from elsewhere: each account gets a few tries, from many addresses. */
const credentialStuffing: Attack = async (target, size) => {
  const [accounts, addresses] = [10_000 * size, 200 * size];
  const victims = await registerVictims(target, Math.ceil(100 * size));
  const emails = [...victims.map(({ email }) => email), ...times(accounts - victims.length, made('stuffed'))];
  const attempts = times(3 * accounts, (n) =>
    login(emails[n % accounts] ?? '', `stuffed password ${n}`, attacker(n % addresses)),
  );
  const result = await assault(target, attempts);
  return {
    attack: `credential stuffing: 3 passwords for each of ${accounts} accounts, ${addresses} addresses`,
    ...result,
    mostPasswords: fromAddresses(addresses, result.seconds),
    victims: await bothKinds(target, victims),
  };
};

const targetedGuess: Attack = async (target, size) => {
  const addresses = 500 * size;
  const victims = await registerVictims(target, 1);
  const attempts = times(5_000 * size, (n) =>
    login(victims[0]?.email ?? '', `guess number ${n}`, attacker(n % addresses)),
  );
  const result = await assault(target, attempts);
  return {
    attack: `targeted guess: one account, ${addresses} addresses`,
    ...result,
    mostPasswords: forAccount(result.seconds),
    victims: await bothKinds(target, victims),
  };
};

const passwordSpray: Attack = async (target, size) => {
  const [accounts, addresses] = [10_000 * size, Math.ceil(20 * size)];
  const victims = await registerVictims(target, Math.ceil(100 * size));
  const emails = [...victims.map(({ email }) => email), ...times(accounts - victims.length, made('sprayed'))];
  const attempts = emails.map((email, n) => login(email, 'Summer2026!', attacker(1_000 + (n % addresses))));
  const result = await assault(target, attempts);
  return {
    attack: `password spray: one password, ${accounts} accounts, ${addresses} addresses`,
    ...result,
    mostPasswords: fromAddresses(addresses, result.seconds),
    victims: await bothKinds(target, victims),
  };
};

/** Strangers fail on purpose, while the owner logs in again and again on a known device. */
const lockout: Attack = async (target, size) => {
  const victims = await registerVictims(target, 1);
  const attempts = times(5_000 * size, (n) =>
    login(victims[0]?.email ?? '', 'not the password', attacker(2_000 + n)),
  );
  const state = { over: false, logins: 0, held: 0 };
  const owner = (async () => {
    while (!state.over) {
      state.held += await heldUp(target, victims, 'known');
      state.logins += 1;
      await wait(50);
    }
  })();
  const result = await assault(target, attempts);
  state.over = true;
  await owner;
  return {
    attack: 'lockout: strangers fail on purpose, the owner has a known device',
    ...result,
    passwords: result.wrong,
    mostPasswords: forAccount(result.seconds),
    victims: `${state.held} of ${state.logins} logins`,
  };
};

/** `RATE_LIMIT_MAIL=5/3600` */
const MAILS = 5;

const resetFlood: Attack = async (target, size) => {
  const addresses = 200 * size;
  const [victim] = (await registerVictims(target, 1)) as [Victim];
  const attempts = times(2_000 * size, (n) => ({
    path: RESET,
    json: { email: victim.email },
    from: attacker(3_000 + (n % addresses)),
  }));
  const result = await assault(target, attempts);
  while (target.mailsTo(victim.email) < MAILS) await wait(100);
  return {
    attack: `flood of resets: one mailbox, ${addresses} addresses`,
    ...result,
    mostPasswords: 0,
    victims: `${target.mailsTo(victim.email)} mails`,
  };
};

/** Each request has an account and an address that nobody had before. */
const madeUp =
  (what: string, attempt: (email: string, from: string) => Attempt): Attack =>
  async (target, size) => {
    const count = 20_000 * size;
    const attempts = times(count, (n) =>
      attempt(made(what)(n), `2a00:${(n >> 16).toString(16)}:${(n & 65_535).toString(16)}:1::${n % 100}`),
    );
    const result = await assault(target, attempts);
    return {
      attack: `made-up accounts and addresses: ${what}`,
      ...result,
      mostPasswords: count,
      victims: `${Math.round(result.bytes / count)} bytes for each`,
    };
  };

/** How a client could try to look like many. Each is behind the proxy, which appends the true address. */
const FORGERIES: Readonly<Record<string, (n: number, truth: string) => string>> = {
  'another address in front': (n, truth) => `${attacker(n)}, ${truth}`,
  'many addresses in front': (n, truth) => `${times(200, (m) => attacker(n + m)).join(', ')}, ${truth}`,
  'a proxy of ours in front': (n, truth) => `${attacker(n)}, 10.0.0.${n % 250}, ${truth}`,
  'garbage in front': (n, truth) => `garbage ${n}, ;, ${truth}`,
  'two proxies': (n, truth) => `${attacker(n)}, ${truth}, 10.0.0.${n % 250}`,
  'IPv6, another host each time': (n, truth) => `2001:db8:${truth.split('.')[3] ?? ''}:1::${n.toString(16)}`,
  'IPv6, another spelling each time': (n, truth) =>
    `${attacker(n)}, ${n % 2 ? '::ffff:' : '0:0:0:0:0:ffff:'}${truth}`,
  'a port': (n, truth) => `${truth}:${1024 + n}`,
  'no true address, but garbage': (n) => `${attacker(n)}, garbage ${n}`,
};

const forgedAddresses: Attack = async (target, size) => {
  const count = 500 * size;
  const attempts = Object.values(FORGERIES).flatMap((forge, kind) =>
    times(count, (n) => ({
      path: REFRESH,
      json: { refresh_token: `rtk_${'A'.repeat(43)}` },
      from: forge(n, `40.0.0.${kind + 1}`),
    })),
  );
  const result = await assault(target, attempts);
  const clients = Object.keys(FORGERIES).length;
  const allowed = result.requests - result.refused;
  return {
    attack: `forged X-Forwarded-For: ${clients} clients, one or two proxies`,
    ...result,
    mostPasswords: 0,
    victims: `${allowed} allowed, at most ${fromAddresses(clients, result.seconds)} wanted`,
  };
};

const made = (what: string) => (n: number) => `${what.replaceAll(' ', '-')}-${n}@example.com`;

const bothKinds = async (target: Target, victims: readonly Victim[]): Promise<string> =>
  `known devices ${await heldUp(target, victims, 'known')}, new ones ` +
  `${await heldUp(target, victims, 'new')} of ${victims.length}`;

const json = (path: string) => (email: string, from: string) => ({ path, json: { email }, from });

export const ATTACKS = {
  credentialStuffing,
  targetedGuess,
  passwordSpray,
  lockout,
  resetFlood,
  madeUpLogins: madeUp('logins', (email, from) => login(email, 'a long guess', from)),
  madeUpResets: madeUp('resets', json(RESET)),
  forgedAddresses,
} satisfies Record<string, Attack>;
