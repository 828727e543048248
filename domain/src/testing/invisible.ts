/** Characters that make two texts look alike: zero-width, direction, filler, tag and unassigned ones. */
export const INVISIBLE: readonly string[] = [
  ...['\u200b', '\u202a', '\u200e', '\u2060', '\u00ad', '\u3164', '\uffff', '\u{e0041}', '\u034f'],
];
