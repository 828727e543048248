import { App, Chart, Yaml } from 'cdk8s';
import { Deployment, k8s } from 'cdk8s-plus-27';
import { describe, expect, it } from 'vitest';
import { patch } from './patch.ts';

const CONTAINER = '/spec/template/spec/containers/0';

/** The Deployment's YAML with the fields patched in. */
function synthesized(fields: Readonly<Record<string, unknown>>): string {
  const chart = new Chart(new App(), 'chart', { disableResourceNameHashes: true });
  const deployment = new Deployment(chart, 'deployment', {
    containers: [{ image: 'some/image:1', securityContext: { user: 10_001, group: 10_001 } }],
  });
  patch(deployment, fields);
  return Yaml.stringify(...(chart.toJson() as unknown[]));
}

describe('a patch', () => {
  it('sets what cdk8s-plus has no property for', () => {
    expect(synthesized({ '/spec/template/spec/enableServiceLinks': false })).toContain(
      'enableServiceLinks: false',
    );
  });

  it('sets sizes and what is a number or a text', () => {
    const yaml = synthesized({
      [`${CONTAINER}/resources/limits/ephemeral-storage`]: k8s.Quantity.fromString('2Gi'),
      '/spec/strategy/rollingUpdate/maxUnavailable': k8s.IntOrString.fromNumber(0),
    });
    expect(yaml).toContain('ephemeral-storage: 2Gi');
    expect(yaml).toContain('maxUnavailable: 0');
  });

  it.each([
    ['is newer than the types', `${CONTAINER}/lifecycle`, { preStop: { sleep: { seconds: 5 } } }],
    ['is misspelt', '/spec/template/spec/enableServiceLink', false],
    ['is a size as plain text', `${CONTAINER}/resources/limits/ephemeral-storage`, '2Gi'],
    ['is a number as a plain number', '/spec/strategy/rollingUpdate/maxUnavailable', 0],
  ])('stops the synthesis where the field %s, and says which', (_, pointer, value) => {
    expect(() => synthesized({ [pointer]: value })).toThrow(`the patch of ${pointer} did not survive`);
  });
});
