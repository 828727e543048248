import type { Client } from '@user-management/domain';

/** The first that matches counts, because most programs also name the one that they resemble. */
const PROGRAMS = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.* Safari\//, 'Safari'],
] as const;

const SYSTEMS = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iOS)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(?:Macintosh|Mac OS X|macOS)\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/**
 * `Firefox on Linux`, `curl` or `unknown`. A stranger chooses the user agent, and the mail goes to somebody
 * else. So this shows known names, or one word that no mail program takes for a link.
 */
export function describeDevice(device: Client | null): string {
  const agent = device?.userAgent ?? '';
  const program = PROGRAMS.find(([pattern]) => pattern.test(agent))?.[1] ?? firstProduct(agent);
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return [program, system].filter((part) => part !== undefined).join(' on ') || 'unknown';
}

/** Every browser begins with `Mozilla/5.0`, which says nothing. */
const firstProduct = (agent: string): string | undefined =>
  /^(?!Mozilla\/)([A-Za-z][\w-]{0,30})\/\d/.exec(agent)?.[1];
