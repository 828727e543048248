import {
  EmailTaken,
  parsePreferences,
  parseTimestamp,
  PreconditionFailed,
  type User,
  type UserRepository,
  withPreferences,
} from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import { type Person, registration } from '../world/people.ts';
import type { World } from '../world/world.ts';
import { ask } from './ask.ts';

export type Operation = (world: World, replica: Replica, random: Random) => Promise<void>;

let marks = 0;
const newMark = (): string => `mark ${++marks}`;

export const findById: Operation = async (world, { users }, random) => {
  const { id } = random.pick(world.people.recent);
  const reading = world.users.begin(id);
  const outcome = await ask(world, 'findById', () => users.findById(id));
  if (outcome.kind === 'answered') world.users.answered(reading, outcome.value);
};

export const findByEmail: Operation = async (world, { users }, random) => {
  const { email } = random.pick(world.people.recent);
  const readings = world.users.beginByEmail(email);
  const outcome = await ask(world, 'findByEmail', () => users.findByEmail(email));
  if (outcome.kind === 'answered') world.users.answeredByEmail(email, readings, outcome.value);
};

export const change: Operation = async (world, replica, random) => {
  const person = random.pick(world.people.recent);
  const mark = newMark();
  await update(world, replica, person, (user) => {
    const changed = withPreferences(user, parsePreferences({ mark }), parseTimestamp(Date.now()));
    world.users.attempted(changed);
    world.journal.tell(replica.name, `tries to write version ${changed.version} `, user.id);
    return changed;
  });
};

/** An update without a change counts as a read. */
export const changeNothing: Operation = async (world, { users }, random) => {
  const { id } = random.pick(world.people.recent);
  const reading = world.users.begin(id);
  const outcome = await ask(world, 'update of nothing', () => users.update(id, (user) => user));
  if (outcome.kind === 'answered') world.users.answered(reading, outcome.value);
};

export const changeInVain: Operation = async (world, replica, random) => {
  const person = random.pick(world.people.recent);
  await update(world, replica, person, () => {
    throw new PreconditionFailed();
  });
};

async function update(
  world: World,
  { name, users }: Replica,
  { id }: Person,
  by: (user: User) => User,
): Promise<void> {
  const before = world.users.begin(id);
  const outcome = await ask(world, 'update', () => users.update(id, by));
  if (outcome.kind === 'answered') {
    world.users.acknowledged(outcome.value, before);
    world.pace.success();
    world.journal.tell(name, `version ${outcome.value.version} acknowledged`, id);
  }
  if (outcome.kind === 'refused' && outcome.error.code === 'user-not-found')
    world.users.answered(before, undefined);
}

export const register: Operation = (world, { name, users }) => add(world, name, users, world.people.meet());

/** Registers the same email on two replicas at once. */
export const registerTwice: Operation = async (world, replica, random) => {
  const other = random.pick(world.replicas);
  const first = world.people.meet();
  const second = world.people.meet(first.email);
  await Promise.all([
    add(world, replica.name, replica.users, first),
    add(world, other.name, other.users, second),
  ]);
};

async function add(world: World, name: string, users: UserRepository, person: Person): Promise<void> {
  const user = registration(person, newMark());
  const before = world.users.begin(user.id);
  world.users.attempted(user);
  world.journal.tell(name, `tries to register version 1 `, user.id);
  const outcome = await ask(world, 'add', () => users.add(user));
  if (outcome.kind === 'answered') world.users.acknowledged(user, before);
  if (outcome.kind !== 'refused') return;
  if (!(outcome.error instanceof EmailTaken))
    throw new Violation('add was refused', { cause: outcome.error });
  world.users.refused(user);
}
