import type { Backend, BackendQueue } from "./backend.ts";
import { withDeadline } from "./deadline.ts";
import type { QueueErrorListener } from "./errors.ts";

/** The way to the queue's server for whoever adds or counts jobs. */
export type Producer = {
  /** Runs a task on the queue; throws within two seconds when the server does not answer, `what` naming the task. */
  ask<T>(what: string, task: (queue: BackendQueue) => Promise<T>): Promise<T>;
  /** Closes the connection, or cuts it after `ms`. */
  close(ms: number): Promise<void>;
};

const ANSWER_MS = 1_900;
/** After failures alone for so long the queue is opened anew: one whose first talk with the server broke off never recovers. */
const RENEW_MS = 10_000;

async function closeQueue(queue: BackendQueue, ms: number): Promise<void> {
  try {
    await withDeadline(queue.close(), ms, "Closing the queue");
  } catch {
    queue.disconnect().catch(() => undefined);
  }
}

async function openQueue(backend: Backend, onError: QueueErrorListener): Promise<BackendQueue> {
  const queue = await backend.openQueue();
  queue.on("error", (error) => onError(error, { source: "queue" }));
  return queue;
}

/** Tells, failure by failure, whether nothing but failures came for too long. */
function createFailureMeter() {
  let failingSince: number | undefined;
  return {
    succeeded: () => {
      failingSince = undefined;
    },
    failed: (): boolean => {
      failingSince ??= performance.now();
      const isTooLong = performance.now() - failingSince > RENEW_MS;
      if (isTooLong) failingSince = undefined;
      return isTooLong;
    },
  };
}

/** Opens the queue for adding and counting jobs; throws when the backend can not be opened. */
export async function openProducer(backend: Backend, onError: QueueErrorListener): Promise<Producer> {
  let queue = await openQueue(backend, onError);
  let isClosed = false;
  const meter = createFailureMeter();
  const renew = async (): Promise<void> => {
    const fresh = await openQueue(backend, onError);
    const old = isClosed ? fresh : queue;
    if (!isClosed) queue = fresh;
    await closeQueue(old, ANSWER_MS);
  };
  return {
    async ask(what, task) {
      try {
        const result = await withDeadline(task(queue), ANSWER_MS, what);
        meter.succeeded();
        return result;
      } catch (error) {
        if (meter.failed() && !isClosed)
          renew().catch((failure: Error) => onError(failure, { source: "queue" }));
        throw error;
      }
    },
    async close(ms) {
      isClosed = true;
      await closeQueue(queue, ms);
    },
  };
}
