declare const brand: unique symbol;

/** A primitive that only its parse function makes. So a value of such a type has been checked. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
