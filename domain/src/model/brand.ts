declare const brand: unique symbol;

/** A primitive that only its parse function makes. Whoever has one knows that it was checked. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
