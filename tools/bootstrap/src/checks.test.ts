import { expect, it } from 'vitest';
import { checksFor } from './checks.mjs';

const everything = ['run-many', '--targets=code,format', '--projects=workspace'];

it.each([[[]], [['-t', 'part of a name']], [['--project', '!torture']], [['no/such/folder']]])(
  'checks the whole workspace for %j',
  (parameters) => {
    expect(checksFor(parameters)).toEqual(everything);
  },
);

it.each([
  [['domain/src/model/email.test.ts'], 'domain'],
  [['adapters/redis'], 'adapters/redis'],
  [['./adapters/redis/', 'adapters/redis/src', 'infra'], 'adapters/redis,infra'],
])('checks only the packages of the paths for %j', (parameters, packages) => {
  expect(checksFor(parameters)).toEqual(['run-many', '--targets=typecheck,lint', `--projects=${packages}`]);
});
