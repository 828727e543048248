import { DomainError } from '@user-management/domain';

/**
 * Decorates a use case: it reports each outcome as `success`, the code of the domain error, or
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
