import type { HttpObserver } from '../index.ts';

export class RecordingObserver implements HttpObserver {
  readonly answers: Parameters<HttpObserver['answered']>[0][] = [];

  answered(answer: Parameters<HttpObserver['answered']>[0]): void {
    this.answers.push(answer);
  }
}
