import { describe, expect, it } from 'vitest';
import type { Placeholder, Values } from './placeholders.ts';
import { parseTemplate, render } from './template.ts';

const ALLOWED: readonly Placeholder[] = ['service', 'name', 'link', 'code'];

const fill = (text: string, values: Values): string =>
  render(parseTemplate(text, ALLOWED).template, values, (value) => value);

describe('render', () => {
  it('fills in values, with or without spaces in the braces', () => {
    expect(fill('{{service}}: {{ code }}{{code}}', { service: 'A', code: 'B' })).toBe('A: BB');
  });

  it('takes a value as it is, also one that looks like a placeholder', () => {
    expect(fill('{{name}}', { name: '{{code}} $& {{#link}}', code: 'secret' })).toBe('{{code}} $& {{#link}}');
  });

  it('leaves out a section whose value is empty', () => {
    const text = 'Hello{{#name}} {{name}}{{/name}},';
    expect(fill(text, { name: 'Ann' })).toBe('Hello Ann,');
    expect(fill(text, { name: '' })).toBe('Hello,');
  });

  it('leaves no line of a tag that stands alone', () => {
    const text = 'a\n  {{#link}}\n{{link}}\n{{/link}}\nb\n';
    expect(fill(text, { link: 'https://example.com' })).toBe('a\nhttps://example.com\nb\n');
    expect(fill(text, {})).toBe('a\nb\n');
  });

  it('passes each value through the escape, and nothing else', () => {
    const { template } = parseTemplate('<b>{{#name}}{{name}}{{/name}}</b>', ALLOWED);
    expect(render(template, { name: 'x' }, (value) => `[${value}]`)).toBe('<b>[x]</b>');
  });

  it('keeps braces of style sheets', () => {
    const css = '@media screen {a{color:red}}';
    expect(parseTemplate(css, ALLOWED).problems).toEqual([]);
    expect(fill(css, {})).toBe(css);
  });
});

describe('parseTemplate', () => {
  it.each([
    [
      '{{nobody}}',
      'has the unknown placeholder {{nobody}}. It may have {{service}}, {{name}}, {{link}}, {{code}}.',
    ],
    ['{{#nobody}}{{/nobody}}', 'has the unknown placeholder {{nobody}}. It may have'],
    ['{{{name}}}', 'has {{ without a name and }}.'],
    ['{{name', 'has {{ without a name and }}.'],
    ['{{na\nme}}', 'has the unknown placeholder'],
    ['{{toString}}', 'has the unknown placeholder {{toString}}'],
    ['{{#name}}', 'has {{#name}} without {{/name}}.'],
    ['{{/name}}', 'has {{/name}} without {{#name}}.'],
    ['{{#code}}{{/code}}', 'has {{#code}}, but {{code}} is never empty.'],
    ['{{#name}}{{#link}}{{/name}}', 'has {{#link}} inside of {{#name}}, which is not possible.'],
  ])('describes the problem of %j', (text, problem) => {
    expect(parseTemplate(text, ALLOWED).problems).toEqual([expect.stringContaining(problem)]);
  });

  it('takes bounded time for many braces', () => {
    const started = performance.now();
    parseTemplate('{{'.repeat(32_768), ALLOWED);
    parseTemplate('{{#'.repeat(20_000), ALLOWED);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
