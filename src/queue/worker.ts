import { type Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import type { Backend, WorkerSettings } from "./backend.ts";
import { withDeadline } from "./deadline.ts";
import type { QueueErrorContext, QueueErrorListener } from "./errors.ts";

/** A worker of this process. */
export type JobWorker = {
  /** Tells whether it takes jobs, or waits for the server to come back. */
  isRunning(): boolean;
  /** Takes no more jobs and lets those that run end; returns after `deadlineMs` of the first call at the latest. */
  close(options: { readonly deadlineMs: number }): Promise<void>;
};

const dataSchema = z.object({ portal: z.string() });

function contextOf(job: Job | undefined): QueueErrorContext {
  if (!job) return { source: "job" };
  const { data } = dataSchema.safeParse(job.data);
  return {
    source: "job",
    stage: job.name,
    attempt: job.attemptsMade,
    ...(data ? { portal: data.portal } : {}),
  };
}

/** An error that says `retry: false` would be the same next time, so its job is not run again. */
function isFinal(error: unknown): boolean {
  return error instanceof Error && "retry" in error && error.retry === false;
}

async function runOnce(run: (job: Job) => Promise<void>, job: Job): Promise<void> {
  try {
    await run(job);
  } catch (error) {
    if (!(error instanceof Error) || !isFinal(error)) throw error;
    throw Object.assign(new UnrecoverableError(error.message), { cause: error });
  }
}

/** Starts to take jobs and run them; errors go to `onError`. */
export async function startJobWorker(
  backend: Backend,
  run: (job: Job) => Promise<void>,
  settings: WorkerSettings,
  onError: QueueErrorListener,
): Promise<JobWorker> {
  const worker = await backend.openWorker((job) => runOnce(run, job), settings);
  worker.on("error", (error) => onError(error, { source: "worker" }));
  worker.on("failed", (job, error) => onError(error, contextOf(job)));
  const close = async (deadlineMs: number): Promise<void> => {
    try {
      await withDeadline(worker.close(), deadlineMs, "Closing the worker");
    } catch {
      worker.disconnect().catch(() => undefined);
    }
  };
  let closed: Promise<void> | undefined;
  return {
    isRunning: () => worker.isRunning(),
    close({ deadlineMs }) {
      closed ??= close(deadlineMs);
      return closed;
    },
  };
}
