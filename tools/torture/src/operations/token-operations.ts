import {
  type AuthTokenRecord,
  type Digest,
  parseDeviceId,
  parseDigest,
  parseTimestamp,
} from '@user-management/domain';
import type { Random } from '../random.ts';
import { ask } from './ask.ts';
import type { Operation } from './user-operations.ts';

/** Small, so that all replicas often use the same token. */
const RECENT = 8;

export const saveToken: Operation = async (world, { tokens }, random) => {
  const token = newDigest(random);
  const record: AuthTokenRecord = {
    ...owner(random.pick(world.people.recent)),
    sessionId: null,
    epoch: 0,
    deviceId: parseDeviceId('torture'),
    expiresIn: 3_600,
    createdAt: parseTimestamp(Date.now()),
  };
  const start = world.tokens.start();
  const outcome = await ask(world, 'save of a token', () => tokens.save(token, record));
  if (outcome.kind === 'answered') world.tokens.saved(token, record, start);
};

export const findToken: Operation = async (world, { tokens }, random) => {
  const token = recent(world.tokens.all, random);
  if (!token) return;
  const reading = world.tokens.begin(token);
  const outcome = await ask(world, 'find of a token', () => tokens.find(token));
  if (outcome.kind !== 'answered') return;
  world.tokens.answered(reading, outcome.value);
  world.pace.success();
};

export const revokeToken: Operation = async (world, { name, tokens }, random) => {
  const token = recent(world.tokens.all, random);
  if (!token) return;
  const start = world.tokens.revoking(token);
  const outcome = await ask(world, 'revocation of a token', () => tokens.revoke(token));
  if (outcome.kind !== 'answered') return;
  world.tokens.revoked(token, start);
  world.journal.tell(name, 'revoked', token);
};

const owner = ({ id, email }: { id: AuthTokenRecord['userId']; email: AuthTokenRecord['email'] }) => ({
  userId: id,
  email,
});

const recent = (tokens: readonly Digest[], random: Random): Digest | undefined =>
  tokens.length === 0 ? undefined : random.pick(tokens.slice(-RECENT));

const newDigest = (random: Random): Digest =>
  parseDigest(Array.from({ length: 64 }, () => random.integer(0, 15).toString(16)).join(''));
