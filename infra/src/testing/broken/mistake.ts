/** Something that somebody could get wrong. */
export interface Mistake {
  readonly mistake: string;
  /** Which of the variants. */
  readonly of: string;
  /** Kind and name of the object. */
  readonly in: string;
  /** New values by JSON pointer; `undefined` takes a member away, `-` appends to a list. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** By the name of the policy that has to notice. */
export type Mistakes = Readonly<Record<string, readonly Mistake[]>>;

export const inStandard =
  (object: string) =>
  (mistake: string, set: Mistake['set']): Mistake => ({
    mistake,
    of: 'standard',
    in: object,
    set,
  });

export const elsewhere =
  (object: string) =>
  (mistake: string, set: Mistake['set']): Mistake => ({
    mistake,
    of: 'elsewhere',
    in: object,
    set,
  });

export const deployment = inStandard('Deployment/user-management');
export const statefulSet = inStandard('StatefulSet/redis');

export const POD = '/spec/template/spec';
export const CONTAINER = `${POD}/containers/0`;
