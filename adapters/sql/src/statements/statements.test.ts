import { DependencyUnavailable, EmailTaken } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Statements, type Verdict } from './statements.ts';

const failure = new Error('from the engine');
const failing = (): Promise<never> => Promise.reject(failure);
const statements = (verdict: Verdict, patienceMs = 50): Statements =>
  new Statements(() => verdict, patienceMs);

describe('Statements', () => {
  it('turns a broken rule of the schema into the rule of the domain', async () => {
    await expect(statements('email-taken').run(failing)).rejects.toThrow(EmailTaken);
  });

  it('hides why the engine is unavailable behind a message that says nothing of it', async () => {
    const error: unknown = await statements('unavailable')
      .run(failing)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toMatchObject({ message: 'The user store is not available.', cause: failure });
  });

  it('leaves a fault as it is', async () => {
    await expect(statements('fault').run(failing)).rejects.toBe(failure);
  });

  it('tries again what may be tried again, until it succeeds', async () => {
    let attempts = 0;
    const answer = await statements('try-again', 5_000).run(() =>
      ++attempts < 4 ? failing() : Promise.resolve('done'),
    );
    expect(answer).toBe('done');
    expect(attempts).toBe(4);
  });

  it('gives up an engine that does not answer, and says that the store is unavailable', async () => {
    const impatient = new Statements(() => 'fault', 10, 30);
    await expect(impatient.run(() => new Promise(() => undefined))).rejects.toThrow(DependencyUnavailable);
    await expect(impatient.run(() => Promise.resolve('in time'))).resolves.toBe('in time');
  });

  it('loses patience, and then says that the store is unavailable', async () => {
    let attempts = 0;
    const started = performance.now();
    const error: unknown = await statements('try-again', 30)
      .run(() => {
        attempts += 1;
        return failing();
      })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toMatchObject({ cause: failure });
    expect(attempts).toBeGreaterThan(1);
    expect(performance.now() - started).toBeGreaterThanOrEqual(30);
  });
});
