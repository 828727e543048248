import { Overloaded } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { FIRST_ESTIMATE, groupSize, HashQueue, LONGEST_WAIT, waitingRoom } from './hash-queue.ts';

const LANES = 2;

/** A queue whose jobs end when the test says so, on a clock that the test moves. */
function setUp() {
  const seen = { hashed: [] as number[], lengths: [] as number[], refused: 0 };
  let now = 1000;
  const queue = new HashQueue(
    LANES,
    {
      hashed: (seconds) => seen.hashed.push(seconds),
      hashQueue: (length) => seen.lengths.push(length),
      hashRefused: () => seen.refused++,
    },
    () => now,
  );
  const started: string[] = [];
  const add = (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const result = queue.run(() => {
      started.push(name);
      return promise;
    });
    const succeed = async () => {
      resolve(name);
      await result;
    };
    const fail = async () => {
      reject(new Error(name));
      await expect(result).rejects.toThrow(name);
    };
    return { result, end: () => resolve(name), succeed, fail };
  };
  const addMany = (count: number) => Array.from({ length: count }, (_, n) => add(`${n}`));
  return { seen, started, add, addMany, pass: (seconds: number) => (now += seconds) };
}

describe('HashQueue', () => {
  it('runs as many at a time as it has lanes, and the others in the order in which they came', async () => {
    const { started, add, seen } = setUp();
    const [a, b, c] = ['a', 'b', 'c', 'd'].map(add);
    expect(started).toEqual(['a', 'b']);
    b?.end();
    await expect.poll(() => started).toEqual(['a', 'b', 'c']);
    await c?.succeed();
    await a?.succeed();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    expect(seen.lengths).toEqual([1, 2, 1, 0]);
  });

  it('hands results out together while jobs wait', async () => {
    const { addMany, pass, started } = setUp();
    const group = groupSize(LANES, FIRST_ESTIMATE);
    const handedOut: string[] = [];
    const jobs = addMany(LANES + group + 1);
    for (const { result } of jobs) void result.then((name) => handedOut.push(name));
    for (const [n, job] of jobs.slice(0, group).entries()) {
      expect(handedOut).toEqual([]);
      if (n % LANES === 0) pass(FIRST_ESTIMATE);
      job.end();
      await expect.poll(() => started).toHaveLength(LANES + n + 1);
    }
    await jobs[group - 1]?.result;
    expect(handedOut).toEqual(jobs.slice(0, group).map((_, n) => `${n}`));
  });

  it('hands out what it holds as soon as no job waits', async () => {
    const { add, started } = setUp();
    const [a, b] = ['a', 'b', 'c', 'd'].map(add);
    a?.end();
    await expect.poll(() => started).toContain('c');
    await b?.succeed();
    await expect(a?.result).resolves.toBe('a');
  });

  it('holds a failure as it holds a result', async () => {
    const { add, started } = setUp();
    const [a, b] = ['a', 'b', 'c', 'd'].map(add);
    const failed = a?.fail();
    await expect.poll(() => started).toContain('c');
    await b?.succeed();
    await failed;
  });

  it('gives a free lane to whoever has waited, before somebody who comes just then', async () => {
    const { started, add } = setUp();
    const [a] = ['a', 'b', 'c'].map(add);
    const finished = a?.result.then(() => add('late'));
    await a?.succeed();
    await finished;
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('uses a lane again that was left empty', async () => {
    const { started, add, addMany } = setUp();
    for (const job of addMany(LANES)) await job.succeed();
    addMany(LANES);
    add('one too many');
    expect(started).toHaveLength(2 * LANES);
  });

  it('passes a failure on, and goes on', async () => {
    const { started, add, seen } = setUp();
    const [a, , c] = ['a', 'b', 'c'].map(add);
    await a?.fail();
    expect(started).toEqual(['a', 'b', 'c']);
    await expect(c?.succeed()).resolves.toBeUndefined();
    expect(seen.hashed).toHaveLength(1);
  });

  it('tells how long a job took, without its wait', async () => {
    const { add, pass, seen } = setUp();
    const [a, b, c] = ['a', 'b', 'c'].map(add);
    pass(2);
    await a?.succeed();
    pass(3);
    await c?.succeed();
    await b?.succeed();
    expect(seen.hashed).toEqual([2, 3, 5]);
  });

  it('refuses at once when the last in line would wait too long', async () => {
    const { add, addMany, seen, started } = setUp();
    addMany(LANES + waitingRoom(LANES, FIRST_ESTIMATE));
    expect(seen.refused).toBe(0);
    await expect(add('one too many').result).rejects.toEqual(new Overloaded(LONGEST_WAIT));
    expect(seen.refused).toBe(1);
    expect(started).toHaveLength(LANES);
  });

  it('lets fewer wait when hashes turn out to be slow, and says when to come again', async () => {
    const { add, addMany, pass } = setUp();
    for (let n = 0; n < 200; n++) {
      const job = add('slow');
      pass(0.5);
      await job.succeed();
    }
    addMany(LANES + 12);
    await expect(add('one too many').result).rejects.toMatchObject({ retryAfter: 3 });
  });

  it('still takes many after a single slow hash', async () => {
    const { add, addMany, pass, seen } = setUp();
    const job = add('stopped by a debugger');
    pass(1);
    await job.succeed();
    addMany(LANES + 60);
    expect(seen.refused).toBe(0);
  });
});

describe('groupSize', () => {
  it('makes groups of fast hashes, larger ones with more lanes, and none of slow hashes', () => {
    const sizes = [0.025, 0.05, 0.3].map((seconds) => [1, 2, 4].map((lanes) => groupSize(lanes, seconds)));
    expect(sizes).toEqual([
      [2, 5, 11],
      [1, 2, 5],
      [1, 1, 1],
    ]);
  });
});

describe('waitingRoom', () => {
  it('has room for one in each lane, however slow a hash is', () => {
    expect(waitingRoom(2, 60)).toBe(2);
  });

  it('keeps the longest wait, whatever a hash costs', () => {
    for (const seconds of [0.001, 0.025, 0.3, 1.5]) {
      expect((waitingRoom(2, seconds) * seconds) / 2).toBeLessThanOrEqual(LONGEST_WAIT);
    }
  });
});
