/** The service cannot start with these templates. The message lists every problem. */
export class InvalidTemplates extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The templates of mails are not valid:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';
