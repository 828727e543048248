import { expect, it } from 'vitest';
import { wrap } from './wrap.ts';

it('leaves lines of up to 72 columns as they are', () => {
  const text = `${'a'.repeat(72)}\n  b   c\n\n`;
  expect(wrap(text)).toBe(text);
});

it('breaks longer ones between words, and keeps the indent', () => {
  const words = Array.from({ length: 30 }, () => 'word').join(' ');
  const lines = wrap(`  ${words}`).split('\n');
  expect(lines.every((line) => line.length <= 72 && line.startsWith('  word'))).toBe(true);
  expect(lines.join(' ').replaceAll(/ +/g, ' ').trim()).toBe(words);
});

it('gives a longer word a line of its own', () => {
  const link = `https://example.com/${'x'.repeat(80)}`;
  expect(wrap(`open ${link} now`)).toBe(`open\n${link}\nnow`);
});

it('counts characters as people see them', () => {
  expect(wrap('😀'.repeat(72))).not.toContain('\n');
});
