import { expect, it } from 'vitest';
import { Progress } from './progress.ts';

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, write: (text: string) => written.push(text) };
}

it('shows a bar on a terminal, ten times a second at most', () => {
  const terminal = screen(true);
  let now = 1_000;
  const progress = new Progress(terminal, () => now);
  progress.show(0.5, 'half');
  progress.show(0.6, 'too soon');
  now += 100;
  progress.show(1, 'done');
  expect(terminal.written.map((text) => text.replace('\r\u001b[K', ''))).toEqual([
    '[############............]  50 % half',
    '[########################] 100 % done',
  ]);
});

it('shows nothing elsewhere', () => {
  const file = screen(false);
  const progress = new Progress(file);
  progress.show(0.5, 'half');
  progress.clear();
  expect(file.written).toEqual([]);
});
