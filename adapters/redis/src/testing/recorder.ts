import type { Logger } from '@user-management/domain';
import type { RedisObserver } from '../connection/options.ts';

/** Remembers what it was told, as observer and as logger. */
export class Recorder implements RedisObserver, Logger {
  readonly lookups: string[] = [];
  readonly commands: string[] = [];
  readonly connections: boolean[] = [];
  readonly logged: { readonly level: string; readonly details: object; readonly message: string }[] = [];

  lookup(kind: string, outcome: string): void {
    this.lookups.push(`${kind} ${outcome}`);
  }

  command(name: string): void {
    this.commands.push(name);
  }

  redisConnected(connected: boolean): void {
    this.connections.push(connected);
  }

  info(details: object, message: string): void {
    this.logged.push({ level: 'info', details, message });
  }

  warn(details: object, message: string): void {
    this.logged.push({ level: 'warn', details, message });
  }

  error(details: object, message: string): void {
    this.logged.push({ level: 'error', details, message });
  }

  /** What was told since the last call; the heartbeat, which comes when it likes, left out. */
  taken(what: 'lookups' | 'commands'): string[] {
    return this[what].splice(0).filter((name) => name !== 'info');
  }
}
