import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';
import { asText } from './report.ts';
import type { Result } from './run-checks.ts';

const RESULTS: readonly Result[] = [
  { group: 'One', name: 'first', status: 'ok', saw: 'fine' },
  { group: 'Two', name: 'second check', status: 'failed', saw: 'a\nb', mend: 'do this' },
  { group: 'Two', name: 'third', status: 'skipped', saw: '“second check” failed' },
];

describe('asText', () => {
  it('aligns the findings and the remedies in a column', () => {
    expect(asText(RESULTS, false)).toBe(`One
  ✓ first         fine

Two
  ✗ second check  a
                  b
                  → do this
  – third         “second check” failed

1 of 3 checks failed, 1 skipped.
`);
  });

  it('colours only the marks, when colours are allowed', () => {
    const coloured = asText(RESULTS, true);
    expect(coloured).toContain('\u001b[31m✗\u001b[39m second');
    // eslint-disable-next-line no-control-regex -- Colours are control characters.
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(asText(RESULTS, false));
  });
});

describe('redact', () => {
  it('replaces a secret in every form', () => {
    const password = 'p@ss/"word"';
    const saw = [password, encodeURIComponent(password), JSON.stringify(password), btoa(password)].join(' ');
    const [result] = redact([{ group: '', name: '', status: 'failed', saw, mend: password }], [password]);
    expect(result).toMatchObject({ saw: '[secret] [secret] "[secret]" [secret]', mend: '[secret]' });
  });

  it('replaces the password in an unknown URL', () => {
    const saw = 'postgres://ann:unheard-of@db.example.com/users, see https://example.com:80/a';
    const [result] = redact([{ group: '', name: '', status: 'ok', saw }], []);
    expect(result?.saw).toBe('postgres://ann:[secret]@db.example.com/users, see https://example.com:80/a');
  });
});
