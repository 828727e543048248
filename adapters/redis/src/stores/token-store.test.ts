import { parseTimestamp } from '@user-management/domain';
import { aDigest, aTokenRecord } from '@user-management/conformance';
import { redisUrl } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { keys } from '../keys.ts';
import { connect, connectRaw } from '../testing/connect.ts';
import { tokenStore } from '../testing/describe-redis.ts';

async function world() {
  const { redis } = await connect(redisUrl());
  return { raw: await connectRaw(redisUrl()), tokens: tokenStore(redis) };
}

describe('a token', () => {
  it('is stored as the JSON of the contract', async () => {
    const { raw, tokens } = await world();
    const token = aDigest();
    const now = Date.now();
    const record = aTokenRecord(parseTimestamp(now), { epoch: 3 });
    await tokens.save(token, record);
    expect(JSON.parse((await raw.get(keys.token(token))) ?? '')).toEqual({
      user_id: record.userId,
      session_id: record.sessionId,
      session_epoch: 3,
      email: record.email,
      device_id: record.deviceId,
      expires_in: 3600,
      created_at: new Date(now).toISOString(),
    });
  });

  it('of a version of the service without sessions goes on working', async () => {
    const { raw, tokens } = await world();
    const token = aDigest();
    const record = aTokenRecord(parseTimestamp(Date.now()));
    const json = {
      user_id: record.userId,
      email: record.email,
      device_id: record.deviceId,
      expires_in: record.expiresIn,
      created_at: new Date(record.createdAt).toISOString(),
    };
    await raw.set(keys.token(token), JSON.stringify(json));
    expect(await tokens.find(token)).toEqual({ ...record, sessionId: null, epoch: 0 });
  });
});
