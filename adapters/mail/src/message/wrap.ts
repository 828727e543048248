/** Still readable after a reply has added its marks (RFC 3676 asks for at most 78). */
const WIDTH = 72;

/** Breaks long lines between words. A longer word, such as a link, gets its own line. */
export const wrap = (text: string): string => text.split('\n').map(wrapLine).join('\n');

function wrapLine(line: string): string {
  if ([...line].length <= WIDTH) return line;
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/ +/)) {
    const longer = current === '' ? indent + word : `${current} ${word}`;
    if (current !== '' && [...longer].length > WIDTH) {
      lines.push(current);
      current = indent + word;
    } else {
      current = longer;
    }
  }
  return [...lines, current.trimEnd()].join('\n');
}
