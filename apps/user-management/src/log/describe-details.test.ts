import { describe, expect, it } from 'vitest';
import { describeDetails } from './describe-details.ts';

describe('the details of a line', () => {
  it('are as they were given', () => {
    const details = { status: 201, route: '/v1/users/register', actor: null, users: ['usr_1'], ok: true };
    expect(describeDetails(details)).toEqual(details);
  });

  it('have no member with the name of a secret, at any level', () => {
    const body = { email: 'ada@example.com', password: 'hunter2', refresh_token: 'hunter2' };
    const details = { token: 'hunter2', request: { body, headers: [{ authorization: 'hunter2' }] } };
    expect(describeDetails(details)).toEqual({
      token: '[secret]',
      request: {
        body: { email: 'ada@example.com', password: '[secret]', refresh_token: '[secret]' },
        headers: [{ authorization: '[secret]' }],
      },
    });
  });

  it('have errors that are reduced, at any level', () => {
    const error = Object.assign(new Error('refused'), { detail: 'hunter2', code: '23505' });
    const described = describeDetails({ err: error, all: { errors: [error] } });
    expect(described).toMatchObject({ err: { code: '23505' }, all: { errors: [{ message: 'refused' }] } });
    expect(JSON.stringify(described)).not.toContain('hunter2');
  });

  it('end at a level, also where an object contains itself', () => {
    const round: Record<string, unknown> = { name: 'round' };
    round['self'] = round;
    expect(JSON.stringify(describeDetails(round)).match(/round/g)).toHaveLength(5);
  });
});
