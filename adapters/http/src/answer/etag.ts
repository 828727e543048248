/** A strong validator: one version of a user has one representation, byte for byte. */
export const entityTag = (version: number): string => `"${version}"`;
