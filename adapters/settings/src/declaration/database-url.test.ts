import { describe, expect, it } from 'vitest';
import { databaseUrl } from './database-url.ts';

describe('databaseUrl', () => {
  it.each([
    ['memory:', { kind: 'memory' }],
    ['redis:', { kind: 'redis' }],
    ['sqlite:data/users.db', { kind: 'sqlite', path: 'data/users.db' }],
    ['sqlite:/var/lib/users.db', { kind: 'sqlite', path: '/var/lib/users.db' }],
    ['sqlite:///var/lib/users.db', { kind: 'sqlite', path: '/var/lib/users.db' }],
  ])('reads %s', (text, database) => {
    expect(databaseUrl.parse(text)).toEqual(database);
  });

  it.each([
    'postgres://user:p%40ss@db.example:5432/users?sslmode=verify-full',
    'postgresql://db/users',
    'postgres:///users?host=/var/run/postgresql',
    'postgres://[::1]/users',
  ])('reads %s and keeps it secret', (text) => {
    const database = databaseUrl.parse(text);
    expect(database).toMatchObject({ kind: 'postgres' });
    expect(database?.kind === 'postgres' && database.url.reveal()).toBe(text);
    expect(JSON.stringify(database)).not.toContain('users');
  });

  it.each([
    ['another scheme', 'mysql://db/users'],
    ['a path without scheme', 'data/users.db'],
    ['an address of Redis', 'redis://localhost:6379'],
    ['SQLite without a path', 'sqlite:'],
    ['SQLite in memory', 'sqlite::memory:'],
    ['SQLite in memory by a URL', 'sqlite:file:users?mode=memory'],
    ['a path that looks relative and is absolute', 'sqlite://data/users.db'],
    ['PostgreSQL without a host', 'postgres:///users'],
    ['a password with an unencoded #', 'postgres://user:12#ss@db/users'],
    ['a password with an unencoded /', 'postgres://user:12/ss@db/users'],
    ['a password with an unencoded ?', 'postgres://user:12?ss@db/users'],
    ['a password with an unencoded %', 'postgres://user:100%@db/users'],
  ])('refuses %s', (_, text) => {
    expect(databaseUrl.parse(text)).toBeUndefined();
  });
});
