import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import {
  type AuthToken,
  type Caller,
  parseDeviceId,
  parseEmail,
  parsePassword,
  parseRefreshToken,
  type SessionId,
  type UseCases,
} from '@user-management/domain';
import { Metrics } from '@user-management/prometheus';
import { readSettings } from '@user-management/settings';
import { compose } from '../compose.ts';
import { connectRedis } from '../connect-redis.ts';
import { openStore } from '../open-store.ts';
import type { Interrupted, Operation, Person, Working } from './killed.ts';

/**
 * A replica without listeners. `node killed.fixture.ts` begins each operation again and again, and stops it
 * before its first message to a server, then before its second one, and so on to its end. Then it dies by
 * SIGKILL with all of them. `node killed.fixture.ts INTERRUPTED` is the next start: it finishes deletions as
 * every replica does, repeats all operations, and tells which tokens work.
 */
const [interrupted] = process.argv.slice(2);

const settings = {
  ...readSettings(process.env),
  argon2: { memoryKib: 64, iterations: 1, parallelism: 1 },
};
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const metrics = new Metrics();
const password = parsePassword('correct horse battery staple');
const device = { deviceId: parseDeviceId('test'), userAgent: null, ip: null };

async function openUseCases(): Promise<UseCases> {
  const redis = await connectRedis(settings, metrics, logger);
  const store = await openStore(settings, redis, logger);
  const absent = { mailing: undefined, serviceTokens: undefined, webhookSender: undefined };
  return compose({ ...absent, settings, redis, store, metrics, logger }).useCases;
}

type Run = (useCases: UseCases, caller: Caller, other: SessionId) => Promise<unknown>;

const operations: Readonly<Record<Operation, Run>> = {
  'a deletion': ({ deleteUser }, caller) => deleteUser(caller, password),
  'the end of a session': ({ endSession }, caller, other) => endSession(caller, other),
  'a logout': ({ logOut }, caller) => logOut(caller),
  'the end of all sessions': ({ logOutEverywhere }, caller) => logOutEverywhere(caller, 'none'),
  'the end of all other sessions': ({ logOutEverywhere }, caller) => logOutEverywhere(caller, 'this'),
  'a change of the password': ({ changePassword }, caller) => {
    const newPassword = parsePassword('a longer horse battery');
    return changePassword(caller, { currentPassword: password, newPassword, device });
  },
};

async function run(useCases: UseCases, operation: Operation, { token, otherId }: Person): Promise<void> {
  const caller = await useCases.authenticate(token as AuthToken, device).catch(() => undefined);
  if (caller) await operations[operation](useCases, caller, otherId as SessionId);
}

async function newPerson({ registerUser, logIn }: UseCases): Promise<Person> {
  const email = parseEmail(`${randomUUID()}@example.com`);
  const applicant = { email, device, phone: null, name: null, preferences: {} };
  const { user, auth } = await registerUser(applicant, password);
  const { auth: other } = await logIn({ email, password }, device);
  return {
    id: user.id,
    email,
    token: auth.token,
    otherId: other.sessionId,
    otherToken: other.token,
    otherRefresh: other.refresh?.token ?? '',
  };
}

/** The messages that one operation may still send. What goes to a server in one turn is one message. */
interface Allowance {
  left: number;
  readonly used: PromiseWithResolvers<'stopped'>;
  readonly sending: Set<Socket>;
}

const allowances = new AsyncLocalStorage<Allowance>();
// eslint-disable-next-line @typescript-eslint/unbound-method -- It is called with its socket below.
const write = Socket.prototype.write as (...parameters: unknown[]) => boolean;
Socket.prototype.write = function (this: Socket, ...parameters: unknown[]) {
  const allowance = allowances.getStore();
  if (allowance && !allowance.sending.has(this)) {
    if (allowance.left === 0) {
      allowance.used.resolve('stopped');
      return true;
    }
    allowance.left -= 1;
    allowance.sending.add(this);
    setImmediate(() => allowance.sending.delete(this));
  }
  return write.apply(this, parameters);
};

/** @returns whether the operation was stopped. It never goes on then, also on a new connection. */
function stopped(messages: number, operation: Operation, person: Person): Promise<boolean> {
  const used = Promise.withResolvers<'stopped'>();
  const allowance = { left: Infinity, used, sending: new Set<Socket>() };
  return allowances.run(allowance, async () => {
    // Its own connections, because a lost message also stops what comes after it.
    const useCases = await openUseCases();
    allowance.left = messages;
    return (await Promise.race([used.promise, run(useCases, operation, person)])) === 'stopped';
  });
}

async function dieOfEverything(): Promise<void> {
  const useCases = await openUseCases();
  const all: Interrupted[] = [];
  for (const operation of Object.keys(operations) as Operation[]) {
    // Redis learns the scripts. Otherwise they would be messages of some attempts only.
    await run(useCases, operation, await newPerson(useCases));
    for (let messages = 0, goesOn = true; goesOn; messages++) {
      const person = await newPerson(useCases);
      all.push({ operation, messages, person });
      goesOn = await stopped(messages, operation, person);
    }
  }
  process.stdout.write(JSON.stringify(all));
  process.kill(process.pid, 'SIGKILL');
}

const works = (use: Promise<unknown>): Promise<boolean> =>
  use.then(
    () => true,
    () => false,
  );

async function startAgain(all: readonly Interrupted[]): Promise<void> {
  const useCases = await openUseCases();
  await useCases.finishDeletions();
  const working: Working[] = [];
  for (const { operation, person } of all) {
    await run(useCases, operation, person);
    working.push({
      token: await works(useCases.authenticate(person.token as AuthToken, device)),
      otherToken: await works(useCases.authenticate(person.otherToken as AuthToken, device)),
      otherRefresh: await works(useCases.refreshSession(parseRefreshToken(person.otherRefresh), device)),
    });
  }
  process.stdout.write(JSON.stringify(working));
  process.exit();
}

if (interrupted === undefined) await dieOfEverything();
else await startAgain(JSON.parse(interrupted) as Interrupted[]);
