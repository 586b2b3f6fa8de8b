/** Thrown when the queue's server did not answer in time. */
class QueueTimeoutError extends Error {
  readonly code = "queue_timeout";
}

/** Returns what the promise yields; throws QueueTimeoutError when it is not settled after `ms`. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueTimeoutError(`${what} took more than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // Whoever is late finds nobody waiting; its failure has been reported already.
    promise.catch(() => undefined);
  }
}
