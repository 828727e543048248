import type { Logger } from '@user-management/domain';
import type { HttpObserver } from '../index.ts';

interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly details: object;
}

/** A log to look into. */
export class RecordingLogger implements Logger {
  readonly lines: Line[] = [];

  info(details: object, message: string): void {
    this.lines.push({ level: 'info', message, details });
  }

  warn(details: object, message: string): void {
    this.lines.push({ level: 'warn', message, details });
  }

  error(details: object, message: string): void {
    this.lines.push({ level: 'error', message, details });
  }
}

export class RecordingObserver implements HttpObserver {
  readonly answers: Parameters<HttpObserver['answered']>[0][] = [];

  answered(answer: Parameters<HttpObserver['answered']>[0]): void {
    this.answers.push(answer);
  }
}
