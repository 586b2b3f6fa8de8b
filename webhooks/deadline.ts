/** Work that took longer than it was given. */
class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** Returns what the work gives, or throws `DeadlineError` after so many milliseconds; the work itself goes on. */
export async function withinDeadline<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DeadlineError(`not done within ${ms} ms`)), ms);
  try {
    return await Promise.race([work(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
