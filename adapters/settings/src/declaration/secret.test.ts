import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

describe('Secret', () => {
  const secret = new Secret('hunter2');

  it('reveals its value to those who ask for it', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['inspected', inspect({ secret }, { showHidden: true, depth: 9 })],
    ['serialised', JSON.stringify({ secret })],
    ['made part of a text', `it is ${String(secret)}`],
  ])('shows nothing when %s', (_, text) => {
    expect(text).toContain('[secret]');
    expect(text).not.toContain('hunter2');
  });
});
