import { DomainError } from '@user-management/domain';

/**
 * The same use case, with every outcome told: `success`, the code of the rule that was broken, or
 * `internal-error`.
 */
export const counted =
  <Arguments extends unknown[], Result>(
    useCase: (...args: Arguments) => Promise<Result>,
    tell: (outcome: string) => void,
  ) =>
  async (...args: Arguments): Promise<Result> => {
    try {
      const result = await useCase(...args);
      tell('success');
      return result;
    } catch (error) {
      tell(error instanceof DomainError ? error.code : 'internal-error');
      throw error;
    }
  };
