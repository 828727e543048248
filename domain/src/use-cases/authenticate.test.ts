import { describe, expect, it } from 'vitest';
import { authorise } from './authenticate.ts';
import { Forbidden } from '../model/errors.ts';
import { parseUserId } from '../model/user-id.ts';

describe('authorise', () => {
  const id = parseUserId('usr_0190163d8694739baea5966c26f8ad91');
  const otherId = 'usr_0190163d8694739baea5966c26f8ad92';

  it('lets everybody have access to themselves', () => {
    expect(() => authorise({ user: { id } }, id)).not.toThrow();
  });

  it.each([otherId, '', 'usr_', id.toUpperCase(), `${id} `])('forbids %j', (other) => {
    expect(() => authorise({ user: { id } }, other)).toThrow(Forbidden);
  });
});
