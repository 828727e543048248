import { expect, it } from 'vitest';
import { selfTimes } from './self-times.ts';

const node = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, scriptId: '1', url, lineNumber: 6, columnNumber: 0 },
});

it('adds up the times of a function, the longest first, and leaves out idle time and the inspector', () => {
  const profile = {
    nodes: [
      node(5, 'post', 'node:inspector'),
      node(1, '(idle)'),
      node(2, 'read', 'file:///a/b/c/read.ts'),
      node(3, ''),
      node(4, '(garbage collector)'),
    ],
    startTime: 0,
    endTime: 100,
    samples: [1, 2, 3, 2, 4, 5],
    timeDeltas: [50, 20, 7, 10, 13, 40],
  };
  expect(selfTimes(profile)).toEqual([
    ['read b/c/read.ts:7', 30],
    ['(garbage collector)', 13],
    ['(anonymous)', 7],
  ]);
});
