import { describe, expect, it } from 'vitest';
import { parseEndpointId, webhooksOf, type Endpoint, type EndpointId } from './webhook.ts';
import type { Event, EventType } from './event.ts';
import { parseWebhookSecret } from './webhook-secret.ts';

describe('a secret of webhooks', () => {
  const base64 = (bytes: number) => {
    const rest = bytes % 3;
    return `${'AQID'.repeat((bytes - rest) / 3)}${['', 'AQ==', 'AQI='][rest] ?? ''}`;
  };

  it.each([24, 25, 26, 32, 64])('has %i bytes', (bytes) => {
    const text = base64(bytes);
    const secret = parseWebhookSecret(`whsec_${text}`);
    expect(secret.reveal()).toBe(text);
    expect(JSON.stringify({ secret })).toBe('{"secret":{}}');
  });

  it.each([
    ['', 'nothing'],
    [base64(32), 'no prefix'],
    [`whsec_${base64(23)}`, 'too little'],
    [`whsec_${base64(65)}`, 'too much'],
    [`whsec_${base64(32)}\n`, 'a line break'],
    [`whsec_${base64(32).replace('=', '')}`, 'no padding'],
    [`whsec_${base64(30).replace('A', '-')}`, 'base64url'],
    [undefined, 'no text'],
  ] as [unknown, string][])('is not %j: %s', (input) => {
    expect(() => parseWebhookSecret(input)).toThrow('must be whsec_ and 24 to 64 bytes in base64');
  });
});

describe('an endpoint', () => {
  it('is named by its host and a digest', () => {
    for (const id of ['example.com-0123abcd', '::1-00000000', 'a_b.svc-ffffffff']) {
      expect(parseEndpointId(id)).toBe(id);
    }
    for (const id of ['', '-0123abcd', 'example.com-0123ABCD', 'a b-0123abcd', '{a}-0123abcd', 7]) {
      expect(() => parseEndpointId(id)).toThrow('must be a host and 8 hex digits');
    }
  });

  it('gets the events of its types, or all', () => {
    const [all, some] = ['a-00000000', 'b-00000000'] as EndpointId[] as [EndpointId, EndpointId];
    const endpoints: Endpoint[] = [
      { id: all, types: null },
      { id: some, types: ['session.ended'] },
    ];
    const [updated, ended] = (['user.updated', 'session.ended'] as EventType[]).map((type) => ({
      type,
    })) as [Event, Event];
    expect(webhooksOf(endpoints, [updated, ended])).toEqual([
      { endpoint: all, event: updated },
      { endpoint: all, event: ended },
      { endpoint: some, event: ended },
    ]);
    expect(webhooksOf([], [updated])).toEqual([]);
  });
});
