import { describe, expect, it } from 'vitest';
import { authorise } from './authenticate.ts';
import { Forbidden } from '../model/errors.ts';
import { parseUserId } from '../model/user.ts';

describe('authorise', () => {
  const record = { userId: parseUserId('usr_0190163d8694739baea5966c26f8ad91') };
  const otherId = 'usr_0190163d8694739baea5966c26f8ad92';

  it('lets everybody have access to themselves', () => {
    expect(() => authorise(record, record.userId)).not.toThrow();
  });

  it.each([otherId, '', 'usr_', record.userId.toUpperCase(), `${record.userId} `])('forbids %j', (id) => {
    expect(() => authorise(record, id)).toThrow(Forbidden);
  });
});
