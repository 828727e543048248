import { aDevice } from '@user-management/conformance';
import { toUserAgent } from '@user-management/domain';
import { expect, it } from 'vitest';
import { describeDevice } from './describe-device.ts';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`, 'Chrome on Windows'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`,
    'Edge on Windows',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-S911B) ${WEBKIT} SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36`,
    'Samsung Internet on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'Version/17.5 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'Version/17.5 Safari/605.1.15',
    'Safari on macOS',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36 OPR/111.0`,
    'Opera on ChromeOS',
  ],
  ['curl/8.5.0', 'curl'],
  ['MyApp/1.0 (com.example.app; build:1; iOS 17.0.0) Alamofire/5.8', 'MyApp on iOS'],
  ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)', 'Dalvik on Android'],
  ['Mozilla/5.0 (compatible; Bot/2.1; +http://evil.example)', 'unknown'],
  ['evil.example/1.0', 'unknown'],
  [`${'a'.repeat(100)}/1`, 'unknown'],
  [undefined, 'unknown'],
])('%j is shown as %s', (agent, shown) => {
  expect(describeDevice({ ...aDevice(), userAgent: toUserAgent(agent) })).toBe(shown);
});

it('does without a device', () => {
  expect(describeDevice(null)).toBe('unknown');
});
