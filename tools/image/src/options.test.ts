import { expect, it } from 'vitest';
import { tagOf, VERSION } from './image.ts';
import { readOptions } from './options.ts';

it('passes unknown options on', () => {
  const args = [
    '--push',
    '--name=registry.example:5000/team/users',
    '--target',
    'slim',
    '--quiet',
    '--build-arg',
    'A=b',
  ];
  expect(readOptions(args)).toEqual({
    name: 'registry.example:5000/team/users',
    target: 'slim',
    push: true,
    others: ['--quiet', '--build-arg', 'A=b'],
  });
});

it('builds the distroless image with the default name by default', () => {
  const { name, target, push } = readOptions([]);
  expect({ tag: tagOf(target, name), push }).toEqual({
    tag: `saferoute/user-management:${VERSION}`,
    push: false,
  });
  expect(tagOf('slim', 'registry.example/users')).toBe(`registry.example/users:${VERSION}-slim`);
});

it.each([
  [['--target', 'alpine'], '--target'],
  [['--name', 'registry.example/users:1.0'], '--name'],
  [['--name'], '--name'],
])('refuses %s', (args, option) => {
  expect(() => readOptions(args)).toThrow(option);
});
