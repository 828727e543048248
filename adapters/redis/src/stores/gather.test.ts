import { redisUrl } from '@user-management/servers';
import { expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect } from '../testing/connect.ts';
import { flush } from '../testing/describe-redis.ts';
import { gather } from './gather.ts';
import { entriesOf } from './records.ts';

const entries = Array.from({ length: 50 }, (_, score) => ({ member: `member ${score}`, score }));

it('sends the entries that one turn adds to an index in one command, and later ones in another', async () => {
  const { redis, recorder } = await connect(redisUrl());
  await flush(redis);
  recorder.taken('commands');
  await Promise.all(
    entries.flatMap((entry) => [keys.active, keys.listed].map((key) => gather(redis, key, entry))),
  );
  expect(recorder.taken('commands')).toEqual(['zadd', 'zadd']);
  await gather(redis, keys.active, { member: 'member 50', score: 50 });
  expect(recorder.taken('commands')).toEqual(['zadd']);
  expect(await entriesOf(redis, keys.listed, '0', '-1')).toEqual(entries);
  expect(await entriesOf(redis, keys.active, '0', '-1')).toHaveLength(51);
});

it('fails each caller when Redis refuses the command', async () => {
  const { redis } = await connect(redisUrl());
  await redis.run(keys.active, (session) => session.send(['SET', keys.active, 'no index']));
  const outcomes = await Promise.allSettled(entries.map((entry) => gather(redis, keys.active, entry)));
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
  await flush(redis);
});
