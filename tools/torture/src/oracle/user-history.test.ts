import { aUser, nextVersion } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { Journal, Violation } from './journal.ts';
import { UserHistory } from './user-history.ts';

function registered() {
  const history = new UserHistory(new Journal());
  const user = aUser();
  history.attempted(user);
  history.acknowledged(user, history.begin(user.id));
  return { history, user };
}

describe('UserHistory', () => {
  it('accepts every version since the last acknowledged one at the start of the read', () => {
    const { history, user } = registered();
    const next = nextVersion(user);
    const reading = history.begin(user.id);
    history.attempted(next);
    history.acknowledged(next, history.begin(user.id));
    history.answered(reading, user);
    history.answered(reading, next);
    history.answered(history.begin(user.id), next);
  });

  it('refuses an older version and no user', () => {
    const { history, user } = registered();
    const next = nextVersion(user);
    history.attempted(next);
    history.acknowledged(next, history.begin(user.id));
    const reading = history.begin(user.id);
    expect(() => history.answered(reading, user)).toThrow('found version 1 after version 2 was acknowledged');
    expect(() => history.answered(reading, undefined)).toThrow('found no user after version 2');
  });

  it('accepts a failed write as done or not done', () => {
    const { history, user } = registered();
    const next = nextVersion(user);
    history.attempted(next);
    history.answered(history.begin(user.id), user);
    history.answered(history.begin(user.id), next);
    history.answered(history.begin(user.id), user);
  });

  it('refuses content that was never written, and two contents of one version', () => {
    const { history, user } = registered();
    const [one, other] = [nextVersion(user), { ...nextVersion(user), preferences: {} }];
    const reading = history.begin(user.id);
    expect(() => history.answered(reading, one)).toThrow('but the written versions are');
    history.attempted(one);
    history.attempted(other);
    history.answered(reading, other);
    expect(() => history.answered(reading, one)).toThrow('but the written versions are');
  });

  it('refuses an acknowledgement of a version that was acknowledged before the write began', () => {
    const { history, user } = registered();
    expect(() => history.acknowledged(user, history.begin(user.id))).toThrow(Violation);
  });

  it('accepts only one user for an email', () => {
    const { history, user } = registered();
    const rival = aUser({ email: user.email });
    history.attempted(rival);
    expect(() => history.acknowledged(rival, history.begin(rival.id))).toThrow(Violation);
    const readings = history.beginByEmail(user.email);
    history.answeredByEmail(user.email, readings, user);
    expect(() => history.answeredByEmail(user.email, readings, undefined)).toThrow('found no user');
    expect(() => history.answeredByEmail(user.email, readings, rival)).toThrow(`found ${rival.id}`);
  });

  it('refuses to find a refused user, and refuses a refusal without a reason', () => {
    const { history, user } = registered();
    const rival = aUser({ email: user.email });
    history.attempted(rival);
    history.refused(rival);
    expect(() => history.answered(history.begin(rival.id), rival)).toThrow('registration was refused');
    const alone = aUser();
    history.attempted(alone);
    expect(() => history.refused(alone)).toThrow('although no other user has it');
  });

  it('tells the story of the user, from the found version on', () => {
    const journal = new Journal();
    const history = new UserHistory(journal);
    const user = aUser();
    history.attempted(user);
    journal.tell('somebody', 'looked around', user.id);
    journal.tell('replica 1', 'version 1 acknowledged', user.id);
    journal.tell('Redis', 'FLUSHALL');
    journal.tell('replica 2', 'version 1 of another', aUser().id);
    history.acknowledged(user, history.begin(user.id));
    const found = (): void => history.answered(history.begin(user.id), { ...user, version: 1, name: null });
    expect(found).toThrow(/replica 1: version 1 acknowledged\n.*Redis: FLUSHALL\n.*VIOLATION/);
    expect(found).not.toThrow(/looked around|of another/);
  });
});
