const LONGEST = 64;
const SHORTEST_SALT = 4;
const SHORTEST_DIGEST = 16;

/** Both lengths are in bytes. @returns what does not fit. */
export const wrongLengths = (salt: number, digest: number): string | undefined =>
  salt >= SHORTEST_SALT && salt <= LONGEST && digest >= SHORTEST_DIGEST && digest <= LONGEST
    ? undefined
    : `must have ${SHORTEST_SALT} to ${LONGEST} bytes of salt and ${SHORTEST_DIGEST} to ${LONGEST} of digest`;
