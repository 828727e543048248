import type { Logger } from '@user-management/domain';

export interface Entry {
  readonly level: keyof Logger;
  readonly details: object;
  readonly message: string;
}

/** Records every entry. */
export class RecordingLogger implements Logger {
  readonly entries: Entry[] = [];

  info(details: object, message: string): void {
    this.entries.push({ level: 'info', details, message });
  }

  warn(details: object, message: string): void {
    this.entries.push({ level: 'warn', details, message });
  }

  error(details: object, message: string): void {
    this.entries.push({ level: 'error', details, message });
  }
}
