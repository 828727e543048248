import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aMail, MAIL_KINDS, MAILER_SETTINGS } from '@user-management/conformance';
import { type Email, type Mail, toUserAgent } from '@user-management/domain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Composer } from './composer.ts';

const composer = new Composer(MAILER_SETTINGS);
const withName = (name: string): Partial<Mail> => ({ name: name as Mail['name'] });

describe.each(MAIL_KINDS)('the mail %s', (kind) => {
  const mail = aMail(kind);
  const { subject, text, html } = composer.compose(mail);
  const bare = new Composer({ serviceName: 'Example', links: {} }).compose(mail);

  it('has no placeholder left', () => {
    for (const part of [subject, text, html, bare.text, bare.html])
      expect(part).not.toMatch(/\{\{|undefined/);
  });

  it('has at most 72 columns, but for a link', () => {
    const lines = [subject, ...text.split('\n')].filter((line) => !line.startsWith('https://'));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(72);
  });

  it('says in both parts what happened when, where, and what to do if it was somebody else', () => {
    for (const part of [text, html]) {
      const words = part.replaceAll(/\s+/g, ' ');
      expect(words).toContain('31 January 2026 at 09:30 UTC');
      expect(words).toContain('192.0.2.7');
      expect(words).toMatch(/Was it somebody else\?|Do you not know the device/);
    }
  });

  it('asks for nothing from outside, and adapts to the screen', () => {
    expect(html).not.toMatch(/\b(?:src|background|srcset)=|url\(|@import|<(?:img|script|link|form|table)/i);
    expect(html.match(/href="[^"]*"/g) ?? []).toHaveLength('challenge' in mail ? 1 : 0);
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('width=device-width');
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('has no link without a page for it', () => {
    expect(bare.text + bare.html).not.toMatch(/https?:|<a /);
  });
});

describe('Composer', () => {
  it('escapes values in HTML, also in attributes', () => {
    const name = `<b onload="x('y')">&`;
    const { html } = new Composer({
      serviceName: '<img src=x>',
      links: { reset: 'https://app.example/?a="&b=<i>' },
    }).compose(aMail('password-reset', withName(name)));
    expect(html).toContain('Hello &lt;b onload=&quot;x(&#39;y&#39;)&quot;&gt;&amp;,');
    expect(html).toContain('href="https://app.example/?a=&quot;&amp;b=&lt;i&gt;#challenge=chl_');
    expect(html).not.toMatch(/<img|<b /);
  });

  it('keeps every value in its line', () => {
    const service = 'Ex\r\nam\u2028ple\u202E\u0000';
    const mail = aMail('registration', { to: 'a\n@example.com' as Email });
    const { subject, text } = new Composer({ serviceName: service, links: {} }).compose(mail);
    expect(subject).toBe('Confirm your email address for Ex am ple');
    expect(text.replaceAll('\n', ' ')).toContain('a @example.com');
  });

  it('gets no other header from a template', () => {
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(
      join(folder, 'new-device.txt'),
      'A login\rBcc: eve@evil.example\u2028{{service}}\n\nText\n',
    );
    const own = new Composer({ ...MAILER_SETTINGS, templatesDir: folder });
    expect(own.compose(aMail('new-device')).subject).toBe('A login Bcc: eve@evil.example Example');
  });

  it.each([
    'Win at evil.example',
    'https://evil.example',
    'www.evil',
    'eve@evil.example',
    '//evil',
    'EVIL.COM',
  ])('does not greet with a name that becomes a link: %s', (name) => {
    const { text, html } = composer.compose(aMail('password-changed', withName(name)));
    expect(text).toMatch(/^Hello,$/m);
    expect(html).toContain('Hello,');
  });

  it.each(['Ada Lovelace', 'J. R. R. Tolkien', 'J.R. Smith', "Zoë O'Neil-Müller", '李小龙', 'Ann <3'])(
    'greets with other names: %s',
    (name) => {
      expect(composer.compose(aMail('new-device', withName(name))).text).toContain(`Hello ${name},`);
    },
  );

  it.each(['registration', 'email-verification', 'email-change'] as const)(
    'greets without the name in %s, whose sender may be a stranger',
    (kind) => {
      expect(composer.compose(aMail(kind, withName('Ada'))).text).toMatch(/^Hello,$/m);
    },
  );

  it('shows nothing of a user agent that advertises', () => {
    const device = aMail().device;
    const userAgent = toUserAgent('Visit evil.example/1.0 now');
    const mail = aMail('new-device', { device: device && { ...device, userAgent, ip: null } });
    expect(composer.compose(mail).text).toMatch(/^Device: +unknown\nIP address: unknown$/m);
  });
});
