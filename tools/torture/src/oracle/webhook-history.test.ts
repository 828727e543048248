import { anEvent, aUserId, TestClock } from '@user-management/conformance';
import type { Event } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import { WebhookHistory } from './webhook-history.ts';

function twoEvents() {
  const [clock, userId] = [new TestClock(), aUserId()];
  const first = anEvent(clock.now(), { userId });
  clock.advance(1);
  const second = anEvent(clock.now(), { userId });
  const webhooks = new WebhookHistory(new Journal());
  const happen = (event: Event) => {
    webhooks.begins(event);
    webhooks.happened(event);
  };
  return { webhooks, userId, first, second, happen };
}

describe('WebhookHistory', () => {
  it('accepts webhooks in their order, and repeats', () => {
    const { webhooks, userId, first, second, happen } = twoEvents();
    happen(first);
    happen(second);
    for (const event of [first, first, second, first]) webhooks.delivered(event);
    expect(webhooks.contradiction(userId, [first, second])).toBeUndefined();
  });

  it('refuses that a webhook overtakes an earlier one of the same user', () => {
    const { webhooks, first, second, happen } = twoEvents();
    const stranger = anEvent(second.time);
    for (const event of [first, second, stranger]) happen(event);
    webhooks.delivered(stranger);
    expect(() => webhooks.delivered(second)).toThrow(`${second.id} overtook ${first.id}`);
  });

  it('accepts either order of changes at the same time, or of the same millisecond', () => {
    const { webhooks, first, second, happen } = twoEvents();
    webhooks.begins(second);
    happen(first);
    webhooks.happened(second);
    webhooks.delivered(second);
    const third = anEvent(first.time, { userId: first.userId });
    happen(third);
    webhooks.delivered(third);
  });

  it('refuses an event that nobody wrote, and one that is not in the log', () => {
    const { webhooks, userId, first, second, happen } = twoEvents();
    expect(() => webhooks.delivered(first)).toThrow('nothing caused it');
    happen(second);
    webhooks.delivered(second);
    expect(webhooks.contradiction(userId, [])).toContain('there is no such event');
  });

  it('names the users who may not exist, until something of them arrives', () => {
    const { webhooks, userId, first, second } = twoEvents();
    const registration = { ...first, type: 'user.registered' as const };
    webhooks.begins(registration);
    webhooks.begins(second);
    expect(webhooks.uncertain).toEqual([userId]);
    webhooks.delivered(registration);
    expect(webhooks.uncertain).toEqual([]);
  });

  it('refuses that an event of the log never arrives', () => {
    const { webhooks, userId, first, happen } = twoEvents();
    happen(first);
    expect(webhooks.contradiction(userId, [first])).toContain('never arrived');
  });
});
