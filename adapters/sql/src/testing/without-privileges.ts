/** The user `nobody` on Linux. */
const NOBODY = 65_534;

/** Runs `work` as a user for whom permissions count: they do not for root. */
export async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
