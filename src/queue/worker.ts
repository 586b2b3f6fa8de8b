import { type Job, UnrecoverableError } from "bullmq";
import { z } from "zod";
import type { Backend, BackendWorker, WorkerSettings } from "./backend.ts";
import { withDeadline } from "./deadline.ts";
import type { QueueErrorContext, QueueErrorListener } from "./errors.ts";
import { watchWorker } from "./watch-worker.ts";

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

const WATCH = { lookMs: 5_000, renewMs: 300_000 };

/** Where a worker's jobs come from, how many wait there, and what is done with each. */
export type JobSource = {
  readonly backend: Backend;
  readonly waiting: () => Promise<number>;
  readonly run: (job: Job) => Promise<void>;
};

/** The same source, with a count of what has been taken and of what runs. */
function counting(source: JobSource) {
  const counts = { taken: 0, running: 0 };
  const run = async (job: Job): Promise<void> => {
    counts.taken += 1;
    counts.running += 1;
    try {
      await runOnce(source.run, job);
    } finally {
      counts.running -= 1;
    }
  };
  return { counts, run };
}

/**
 * Starts to take jobs and run them; errors go to `onError`. A worker that meets only refusals is replaced after a rest,
 * one that stands still while jobs wait at once.
 */
export async function startJobWorker(
  source: JobSource,
  settings: WorkerSettings,
  onError: QueueErrorListener,
): Promise<JobWorker> {
  const { counts, run } = counting(source);
  let worker: BackendWorker | undefined;
  let rest: NodeJS.Timeout | undefined;
  let closed: Promise<void> | undefined;
  const isClosing = (): boolean => closed !== undefined;
  const open = async (): Promise<void> => {
    worker = await openWatched(
      () => source.backend.openWorker(run, settings),
      onError,
      () => replace(REST_MS),
    );
    if (isClosing()) await closeWorker(worker, REST_MS);
  };
  const reopen = (): void => {
    open().catch((error: Error) => {
      onError(error, { source: "worker" });
      if (!isClosing()) rest = setTimeout(reopen, REST_MS);
    });
  };
  const replace = (restMs: number): void => {
    const troubled = worker;
    if (!troubled) return;
    worker = undefined;
    closeWorker(troubled, REST_MS).catch(() => undefined);
    if (!isClosing()) rest = setTimeout(reopen, restMs);
  };
  await open();
  const watch = watchWorker(
    {
      waiting: source.waiting,
      taken: () => counts.taken,
      hasRoom: () => counts.running < settings.concurrency,
      onQuiet: () => replace(0),
    },
    WATCH,
  );
  const close = async (deadlineMs: number): Promise<void> => {
    watch[Symbol.dispose]();
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
