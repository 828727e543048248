import type { Logger } from '@user-management/domain';

export interface Line {
  readonly level: keyof Logger;
  readonly details: object;
  readonly message: string;
}

/** A log that a test can look into. */
export class RecordingLogger implements Logger {
  readonly lines: Line[] = [];

  info(details: object, message: string): void {
    this.lines.push({ level: 'info', details, message });
  }

  warn(details: object, message: string): void {
    this.lines.push({ level: 'warn', details, message });
  }

  error(details: object, message: string): void {
    this.lines.push({ level: 'error', details, message });
  }
}
