import type { Result } from './run-checks.ts';

/** A shorter text also occurs by chance. To replace it everywhere would reveal it. */
const SHORTEST = 6;

const IN_URL = /(:\/\/[^\s:@/]*:)[^\s@]+@/g;

/**
 * A second line of defence. No check shows a secret, but messages of servers and libraries may contain one.
 */
export function redact(results: readonly Result[], secrets: Iterable<string>): readonly Result[] {
  const hidden = [...secrets].flatMap(spellings).filter((text) => text.length >= SHORTEST);
  const clean = (text: string) =>
    hidden
      .reduce((left, secret) => left.replaceAll(secret, '[secret]'), text)
      .replaceAll(IN_URL, '$1[secret]@');
  return results.map((result) =>
    'mend' in result
      ? { ...result, saw: clean(result.saw), mend: clean(result.mend) }
      : { ...result, saw: clean(result.saw) },
  );
}

/** The secret with and without its final newline, and in its forms in a URL, in JSON and in a Secret. */
const spellings = (secret: string): readonly string[] =>
  [secret, secret.trim()].flatMap((text) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('base64'),
  ]);
