import type { Logger } from '@user-management/domain';
import { expect, vi } from 'vitest';
import type { RedisObserver, RedisState, Vitals } from '../connection/options.ts';

/** Records all calls as an observer and as a logger. */
export class Recorder implements RedisObserver, Logger {
  readonly lookups: string[] = [];
  readonly commands: string[] = [];
  readonly states: RedisState[] = [];
  readonly vitals: Vitals[] = [];
  readonly logged: { readonly level: string; readonly details: object; readonly message: string }[] = [];

  lookup(kind: string, outcome: string): void {
    this.lookups.push(`${kind} ${outcome}`);
  }

  command(name: string): void {
    this.commands.push(name);
  }

  redisState(state: RedisState): void {
    this.states.push(state);
  }

  redisVitals(vitals: Vitals): void {
    this.vitals.push(vitals);
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

  /** Waits for the answer to a command for which the caller does not wait. */
  async answered(name: string): Promise<void> {
    await vi.waitFor(() => {
      expect(this.commands).toContain(name);
    });
  }

  /** Returns the records since the last call. */
  taken(what: 'lookups' | 'commands'): string[] {
    return this[what].splice(0);
  }
}
