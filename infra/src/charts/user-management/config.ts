import type { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { CONFIG_MAP } from '../../kit/identity.ts';
import type { Source, Wiring } from '../../environment/wiring.ts';

export function configData(wiring: Wiring): Readonly<Record<string, string>> {
  const sources = [...wiring.values()].filter((source) => source.from === 'config-map');
  return Object.fromEntries(sources.map(({ key, value }) => [key, value]));
}

/** The container's variables. */
export function environmentVariables(chart: Chart, wiring: Wiring): Record<string, kplus.EnvValue> {
  const config = kplus.ConfigMap.fromConfigMapName(chart, 'config-name', CONFIG_MAP);
  const secrets = new Map<string, kplus.ISecret>();
  const secretNamed = (name: string) => {
    const secret = secrets.get(name) ?? kplus.Secret.fromSecretName(chart, `secret-${name}`, name);
    secrets.set(name, secret);
    return secret;
  };
  const toValue = (source: Source): kplus.EnvValue => {
    switch (source.from) {
      case 'value':
        return kplus.EnvValue.fromValue(source.value);
      case 'config-map':
        return kplus.EnvValue.fromConfigMap(config, source.key);
      case 'secret':
        return kplus.EnvValue.fromSecretValue({ secret: secretNamed(source.name), key: source.key });
    }
  };
  return Object.fromEntries([...wiring].map(([name, source]) => [name, toValue(source)]));
}
