import { describe, expect, it } from 'vitest';
import { authorise } from './authenticate.ts';
import { aTokenRecord, aUserId } from './conformance/samples.ts';
import { Forbidden } from './errors.ts';
import { parseTimestamp } from './timestamp.ts';

describe('authorise', () => {
  const record = aTokenRecord(parseTimestamp(0));

  it('lets everybody have access to themselves', () => {
    expect(() => authorise(record, record.userId)).not.toThrow();
  });

  it.each([aUserId(), '', 'usr_', record.userId.toUpperCase(), `${record.userId} `])('forbids %j', (id) => {
    expect(() => authorise(record, id)).toThrow(Forbidden);
  });
});
