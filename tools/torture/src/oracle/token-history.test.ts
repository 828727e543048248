import { parseTimestamp } from '@user-management/domain';
import { aDigest, aTokenRecord } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import { TokenHistory } from './token-history.ts';

function saved() {
  const history = new TokenHistory(new Journal());
  const [token, record] = [aDigest(), aTokenRecord(parseTimestamp(0))];
  history.saved(token, record, history.start());
  return { history, token, record };
}

describe('TokenHistory', () => {
  it('expects a saved token unchanged', () => {
    const { history, token, record } = saved();
    history.answered(history.begin(token), record);
    expect(() => history.answered(history.begin(token), { ...record, expiresIn: 1 })).toThrow('found {');
    expect(() => history.answered(history.begin(token), undefined)).toThrow('not found');
  });

  it('refuses a token that was revoked before the read began', () => {
    const { history, token, record } = saved();
    const earlier = history.begin(token);
    history.revoked(token, history.revoking(token));
    history.answered(earlier, record);
    history.answered(earlier, undefined);
    expect(() => history.answered(history.begin(token), record)).toThrow('found after it was revoked');
  });

  it('accepts a failed revocation as done or not done', () => {
    const { history, token, record } = saved();
    history.revoking(token);
    history.answered(history.begin(token), record);
    history.answered(history.begin(token), undefined);
  });

  it('accepts that a loss removes tokens saved before its end, but not that it restores revoked ones', () => {
    const { history, token, record } = saved();
    const dead = aDigest();
    history.saved(dead, record, history.start());
    history.revoked(dead, history.revoking(dead));
    history.lossBegins();
    const during = aDigest();
    history.saved(during, record, history.start());
    history.answered(history.begin(token), undefined);
    history.lossEnds();
    history.answered(history.begin(token), undefined);
    history.answered(history.begin(during), undefined);
    expect(() => history.answered(history.begin(dead), record)).toThrow('found after it was revoked');
  });

  it('accepts that a snapshot restores tokens that were revoked after it', () => {
    const { history, token, record } = saved();
    const early = aDigest();
    history.saved(early, record, history.start());
    history.revoked(early, history.revoking(early));
    const taken = performance.now();
    const late = history.revoking(token);
    history.revoked(token, late);
    history.lossBegins(taken);
    history.answered(history.begin(token), record);
    expect(() => history.answered(history.begin(early), record)).toThrow('found after it was revoked');
    // This answer was in flight while the snapshot was restored.
    history.lossEnds();
    history.revoked(token, late);
    history.answered(history.begin(token), record);
    history.revoked(token, history.revoking(token));
    expect(() => history.answered(history.begin(token), record)).toThrow('found after it was revoked');
  });
});
