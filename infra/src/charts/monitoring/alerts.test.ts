import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertGroups } from './alerts.ts';
import { objectivesOf } from './objectives.ts';
import { queries } from './queries.ts';

const RUNBOOKS = new URL('../../../../docs/runbooks/', import.meta.url);

const rulesFor = (slo = {}) =>
  alertGroups(
    queries({ namespace: 'accounts', job: 'users', volume: { namespace: 'cache', claim: 'data-redis-0' } }),
    objectivesOf(slo),
    'https://docs.example/runbooks',
  ).flatMap(({ rules = [] }) => rules);
const rules = rulesFor();
const names = [...new Set(rules.map(({ alert = '' }) => alert))];

describe('an alert', () => {
  it.each(names)('%s has a runbook about its meaning, its signs and its remedies', (name) => {
    const page = new URL(`${name}.md`, RUNBOOKS);
    expect(existsSync(page)).toBe(true);
    const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) => text);
    expect(headings).toEqual([name, 'What it means', 'How to see it', 'How to mend it']);
    const rule = rules.find(({ alert }) => alert === name);
    expect(rule?.annotations?.['runbook_url']).toBe(`https://docs.example/runbooks/${name}.md`);
  });

  it('uses only the series of its own namespace and job', () => {
    for (const { expr } of rules) {
      const selectors = [...String(expr).matchAll(/\w+\{[^}]*\}/g)].map(([selector]) => selector);
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) {
        expect(selector).toContain(
          selector.startsWith('kubelet_')
            ? '{namespace="cache", persistentvolumeclaim="data-redis-0"}'
            : '{namespace="accounts", job="users"',
        );
      }
    }
  });

  it('about a share of the traffic needs some traffic', () => {
    const shares = rules.map(({ expr }) => String(expr)).filter((expr) => / \/ .*rate\(/.test(expr));
    expect(shares.length).toBeGreaterThan(8);
    for (const expr of shares) expect(expr).toMatch(/ and sum \(rate\([^>]*\)\) > [\d.]+$/);
  });
});

it('has no runbook without an alert', () => {
  const pages = readdirSync(RUNBOOKS).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(names.map((name) => `${name}.md`).sort());
});

describe('the budget of an objective', () => {
  const burn = (slo = {}) => rulesFor(slo).filter(({ alert = '' }) => alert.endsWith('BudgetBurn'));

  it('is watched at four rates, each over a long and a short window', () => {
    const windows = burn()
      .filter(({ alert }) => alert === 'UserManagementErrorBudgetBurn')
      .map(({ expr, labels }) => [
        labels?.['severity'],
        ...new Set([...String(expr).matchAll(/\[(\w+)\]/g)].map(([, window]) => window)),
        ...[...String(expr).matchAll(/ > ([\d.]+)/g)].map(([, bound]) => Number(bound)),
      ]);
    expect(windows).toEqual([
      ['critical', '1h', '5m', 0.0144, 0.0144, 0.05],
      ['critical', '6h', '30m', 0.006, 0.006, 0.05],
      ['warning', '1d', '2h', 0.003, 0.003, 0.05],
      ['warning', '3d', '6h', 0.001, 0.001, 0.05],
    ]);
  });

  it('follows the objective of the environment', () => {
    const [first] = burn({ availability: 99.5 });
    expect(first?.expr).toContain(' > 0.072 ');
    expect(first?.annotations?.['description']).toContain('99.5 %');
  });
});
