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
  it('takes any version from the one that was acknowledged when the read began', () => {
    const { history, user } = registered();
    const next = nextVersion(user);
    const reading = history.begin(user.id);
    history.attempted(next);
    history.acknowledged(next, history.begin(user.id));
    history.answered(reading, user);
    history.answered(reading, next);
    history.answered(history.begin(user.id), next);
  });

  it('refuses an older one, and nobody', () => {
    const { history, user } = registered();
    const next = nextVersion(user);
    history.attempted(next);
    history.acknowledged(next, history.begin(user.id));
    const reading = history.begin(user.id);
    expect(() => history.answered(reading, user)).toThrow('found version 1 after version 2 was acknowledged');
    expect(() => history.answered(reading, undefined)).toThrow('found nobody after version 2');
  });

  it('takes a write that failed as done or not done', () => {
    const { history, user } = registered();
    const next = nextVersion(user);
    history.attempted(next);
    history.answered(history.begin(user.id), user);
    history.answered(history.begin(user.id), next);
    history.answered(history.begin(user.id), user);
  });

  it('refuses what nobody wrote, and two contents of one version', () => {
    const { history, user } = registered();
    const [one, other] = [nextVersion(user), { ...nextVersion(user), preferences: {} }];
    const reading = history.begin(user.id);
    expect(() => history.answered(reading, one)).toThrow('is not what was written');
    history.attempted(one);
    history.attempted(other);
    history.answered(reading, other);
    expect(() => history.answered(reading, one)).toThrow('is not what was written');
  });

  it('refuses an acknowledgement of a version that had been acknowledged before the write began', () => {
    const { history, user } = registered();
    expect(() => history.acknowledged(user, history.begin(user.id))).toThrow(Violation);
  });

  it('lets one user have an email, and finds that one by it', () => {
    const { history, user } = registered();
    const rival = aUser({ email: user.email });
    history.attempted(rival);
    expect(() => history.acknowledged(rival, history.begin(rival.id))).toThrow(Violation);
    const readings = history.beginByEmail(user.email);
    history.answeredByEmail(user.email, readings, user);
    expect(() => history.answeredByEmail(user.email, readings, undefined)).toThrow('found nobody');
    expect(() => history.answeredByEmail(user.email, readings, rival)).toThrow(`found ${rival.id}`);
  });

  it('refuses a user who was refused, and a refusal without a reason', () => {
    const { history, user } = registered();
    const rival = aUser({ email: user.email });
    history.attempted(rival);
    history.refused(rival);
    expect(() => history.answered(history.begin(rival.id), rival)).toThrow('registration was refused');
    const alone = aUser();
    history.attempted(alone);
    expect(() => history.refused(alone)).toThrow('taken by nobody');
  });

  it('tells the story of the user, from the version that was found', () => {
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
