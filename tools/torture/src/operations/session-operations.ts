import { type Caller, parseRefreshToken } from '@user-management/domain';
import type { Pair, SessionFate } from '../oracle/session-fate.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import { anAccount } from './account-operations.ts';
import { askUseCase } from './ask.ts';
import type { Operation } from './user-operations.ts';

const CLIENT = { userAgent: null, ip: null };
const RECENT = 6;
const RECENTLY_DEAD = 40;
const AT_ONCE = 20;

export const aSession = (world: World, random: Random): SessionFate | undefined =>
  pick(anAccount(world, random).sessions.slice(-RECENT), random);

/** A session of the same choice that can be used to end others. */
export const aLivingSession = (world: World, random: Random): SessionFate | undefined => {
  const alive = anAccount(world, random).sessions.filter((session) => !session.mayBeDead(Date.now()));
  return pick(alive.slice(-RECENT), random);
};

const pick = <T>(items: readonly T[], random: Random): T | undefined =>
  items.length === 0 ? undefined : random.pick(items);

/** Authenticates with the token of a pair. Returns the caller when the token works. */
export async function authenticate(
  world: World,
  { useCases }: Replica,
  pair: Pair,
): Promise<Caller | undefined> {
  const check = world.sessions.check(pair);
  const outcome = await askUseCase(world, 'session check', () => useCases.authenticate(pair.token, CLIENT));
  if (outcome.kind === 'refused') world.sessions.rejected(check);
  if (outcome.kind !== 'answered') return undefined;
  world.sessions.accepted(check, outcome.value);
  world.pace.success();
  return outcome.value;
}

/** Asks as another service does. The answer has to be as true as that of a session check. */
async function introspect(world: World, { useCases }: Replica, pair: Pair): Promise<void> {
  const check = world.sessions.check(pair);
  const outcome = await askUseCase(world, 'introspection', () => useCases.introspect(pair.token, CLIENT));
  if (outcome.kind !== 'answered') return;
  if (outcome.value) world.sessions.accepted(check, outcome.value);
  else world.sessions.rejected(check);
  world.pace.success();
}

export async function refreshWith(world: World, { name, useCases }: Replica, pair: Pair): Promise<void> {
  const use = world.sessions.use(pair);
  const tell = (what: string) => {
    world.journal.tell(name, `refresh with pair ${pair.generation}: ${what}`, pair.session.id);
  };
  tell('…');
  const outcome = await askUseCase(world, 'refresh', () =>
    useCases.refreshSession(parseRefreshToken(pair.refreshToken), CLIENT),
  );
  tell(outcome.kind === 'answered' ? 'done' : String(outcome.error));
  if (outcome.kind === 'answered') world.sessions.refreshed(use, outcome.value);
  if (outcome.kind === 'refused') world.sessions.refused(use, outcome.error);
  if (outcome.kind === 'unavailable') world.sessions.failed(use);
}

export const check: Operation = async (world, replica, random) => {
  const session = aSession(world, random);
  if (session) await checkEitherWay(world, replica, random.pick(session.pairs.slice(-2)), random);
};

const checkEitherWay = async (world: World, replica: Replica, pair: Pair, random: Random): Promise<void> => {
  if (random.chance(25)) await introspect(world, replica, pair);
  else await authenticate(world, replica, pair);
};

/** After an unavailable answer, the same refresh token is the latest one still. */
export const refresh: Operation = async (world, replica, random) => {
  const session = aLivingSession(world, random);
  if (session) await refreshWith(world, replica, session.latest);
};

/** Another tab that is a little late, or a repeat after a lost answer. */
export const repeatRefresh: Operation = async (world, replica, random) => {
  const session = aSession(world, random);
  const pair = session?.pairs.at(-2);
  if (pair && session?.latest.firstUse === undefined && !world.sessions.isPastGrace(pair)) {
    await refreshWith(world, replica, pair);
  }
};

export const refreshAtOnce: Operation = async (world, _, random) => {
  const pair = aSession(world, random)?.latest;
  if (!pair) return;
  const uses = Array.from({ length: AT_ONCE }, () => refreshWith(world, random.pick(world.replicas), pair));
  await Promise.all(uses);
};

/** Uses a refresh token that is certainly too old, sometimes on several replicas at once. */
export const reuse: Operation = async (world, replica, random) => {
  const session = aLivingSession(world, random);
  if (!session) return;
  for (let tries = 0; tries < 2 && session.pairs.length < 3; tries++) {
    await refreshWith(world, replica, session.latest);
  }
  const isTooOld = (pair: Pair) =>
    world.sessions.isPastGrace(pair) || pair.successor?.answeredAt !== undefined;
  const pair = pick(session.pairs.slice(-3).filter(isTooOld), random);
  if (!pair) return;
  await Promise.all(random.pick([[replica], world.replicas]).map((one) => refreshWith(world, one, pair)));
};

export const checkDead: Operation = async (world, replica, random) => {
  const session = pick(world.accounts.dead.slice(-RECENTLY_DEAD), random);
  if (!session) return;
  const pair = random.pick(session.pairs.slice(-2));
  if (random.chance(70)) await checkEitherWay(world, replica, pair, random);
  else await refreshWith(world, replica, session.latest);
};

export const list: Operation = async (world, replica, random) => {
  const session = aSession(world, random);
  if (!session) return;
  const known = session.account.sessions.map((one) => ({ session: one, wasDead: one.isDead }));
  const caller = await authenticate(world, replica, session.latest);
  if (!caller) return;
  const outcome = await askUseCase(world, 'list of sessions', () => replica.useCases.listSessions(caller));
  if (outcome.kind !== 'answered') return;
  const ids = new Set(outcome.value.map(({ id }) => id));
  for (const one of known) world.sessions.listed(one.session, one.wasDead, ids.has(one.session.id));
};
