import { type Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import type { Backend, BackendWorker, WorkerSettings } from "./backend.ts";
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

/** So many errors within the span say that the server answers, but with nothing but refusals. */
const MOST_ERRORS = 40;
const ERROR_SPAN_MS = 5_000;
const REST_MS = 5_000;

/** Tells, error by error, whether there were too many within the span. */
function createErrorMeter(): () => boolean {
  let startedAt = 0;
  let errors = 0;
  return () => {
    const now = Date.now();
    if (now - startedAt > ERROR_SPAN_MS) {
      startedAt = now;
      errors = 0;
    }
    errors += 1;
    return errors > MOST_ERRORS;
  };
}

async function closeWorker(worker: BackendWorker, deadlineMs: number): Promise<void> {
  try {
    await withDeadline(worker.close(), deadlineMs, "Closing the worker");
  } catch {
    worker.disconnect().catch(() => undefined);
  }
}

/** Opens a worker; `onTrouble` is called, once, when it meets nothing but refusals. */
async function openWatched(
  openWorker: () => Promise<BackendWorker>,
  onError: QueueErrorListener,
  onTrouble: () => void,
): Promise<BackendWorker> {
  const worker = await openWorker();
  const isTooMuch = createErrorMeter();
  let isInTrouble = false;
  worker.on("failed", (job, error) => onError(error, contextOf(job)));
  worker.on("error", (error) => {
    if (isInTrouble) return;
    onError(error, { source: "worker" });
    isInTrouble = isTooMuch();
    if (isInTrouble) onTrouble();
  });
  return worker;
}

/** Starts to take jobs and run them; errors go to `onError`. A worker that meets only refusals is replaced after a rest. */
export async function startJobWorker(
  backend: Backend,
  run: (job: Job) => Promise<void>,
  settings: WorkerSettings,
  onError: QueueErrorListener,
): Promise<JobWorker> {
  let worker: BackendWorker | undefined;
  let rest: NodeJS.Timeout | undefined;
  let closed: Promise<void> | undefined;
  const isClosing = (): boolean => closed !== undefined;
  const open = async (): Promise<void> => {
    worker = await openWatched(
      () => backend.openWorker((job) => runOnce(run, job), settings),
      onError,
      replace,
    );
    if (isClosing()) await closeWorker(worker, REST_MS);
  };
  const reopen = (): void => {
    open().catch((error: Error) => {
      onError(error, { source: "worker" });
      if (!isClosing()) rest = setTimeout(reopen, REST_MS);
    });
  };
  const replace = (): void => {
    const troubled = worker;
    worker = undefined;
    if (troubled) closeWorker(troubled, REST_MS).catch(() => undefined);
    if (!isClosing()) rest = setTimeout(reopen, REST_MS);
  };
  await open();
  const close = async (deadlineMs: number): Promise<void> => {
    clearTimeout(rest);
    if (worker) await closeWorker(worker, deadlineMs);
  };
  return {
    isRunning: () => worker?.isRunning() ?? false,
    close({ deadlineMs }) {
      closed ??= close(deadlineMs);
      return closed;
    },
  };
}
