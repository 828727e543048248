/** The value of a line of INFO, or an empty text when the line is missing. */
export function field(info: string, name: string): string {
  const line = info.split('\r\n').find((candidate) => candidate.startsWith(`${name}:`));
  return line?.slice(name.length + 1) ?? '';
}
