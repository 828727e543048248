/** A mistake that a person could make. */
export interface Mistake {
  readonly mistake: string;
  /** The name of the variant. */
  readonly of: string;
  /** The kind and the name of the object. */
  readonly in: string;
  /** The new values by JSON pointer. `undefined` removes a member, and `-` appends to a list. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** The mistakes by the name of the policy that must find them. */
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
