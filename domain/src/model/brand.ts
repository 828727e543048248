declare const brand: unique symbol;

/** A primitive that only its parse function makes, so that holding one proves that it was checked. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
