import type { Job } from "bullmq";
import { addAlarm, addAlarmed, addJob, isAlarm } from "./adding.ts";
import { type Backend, postgresBackend, redisBackend, type Timing } from "./backend.ts";
import type { QueueErrorListener } from "./errors.ts";
import { JOB_PAYLOADS, type JobHandlers, type JobPayload, runJob, type Stage, stageSchema } from "./jobs.ts";
import { leaveMark, MARK } from "./mark.ts";
import { openProducer } from "./producer.ts";
import { type JobWorker, startJobWorker } from "./worker.ts";

/** What the queue is opened with. */
export type QueueOptions = {
  /** Without it the jobs live in the database. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl: string;
  /** What the keys on Redis start with, for several installations on one server. */
  readonly prefix?: string;
  readonly onError?: QueueErrorListener;
  /** Told of every job that is taken. */
  readonly onTaken?: (stage: Stage) => void;
  /** Told when the server begins to refuse jobs for want of memory, and when it takes them again. */
  readonly onFull?: (isFull: boolean) => void;
  readonly timing?: Partial<Timing>;
};

/** How many jobs wait, run, are to run later, and have failed for good. */
type JobCounts = {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
};

/** `delayMs` is how long the job is to wait before it runs. */
type EnqueueOptions = { readonly delayMs?: number };

/** The queue of all stages. */
export type JobQueue = {
  readonly kind: "redis" | "postgres";
  /**
   * Adds a job, now or after `delayMs`. Of one stage and portal at most one job runs and one waits: an add that meets
   * a waiting one changes nothing, one that meets a running one leads to one more run. A delayed job neither replaces
   * nor holds up one without delay; of two delays the one that ends first stands. Throws within two seconds when the
   * server does not answer.
   */
  enqueue<S extends Stage>(stage: S, payload: JobPayload<S>, options?: EnqueueOptions): Promise<void>;
  /** Starts to work on all stages, `concurrency` jobs at a time; while the server can not be reached it waits. */
  startWorker(handlers: JobHandlers, options: { readonly concurrency: number }): Promise<JobWorker>;
  /** Throws within two seconds when the server does not answer. */
  counts(): Promise<JobCounts>;
  /** Tells whether the server has forgotten its jobs since the last time it was asked; throws when it does not answer. */
  hasForgotten(): Promise<boolean>;
  /** Tells whether the server answers, within two seconds. */
  isHealthy(): Promise<boolean>;
  /** Closes workers, letting running jobs end, and connections; returns after `deadlineMs` at the latest. */
  close(options: { readonly deadlineMs: number }): Promise<void>;
};

const TIMING: Timing = { lockMs: 10_000, retryMs: 500, longestRetryMs: 15_000 };

async function openBackend({ redisUrl, databaseUrl, prefix }: QueueOptions): Promise<Backend> {
  return redisUrl ? redisBackend(redisUrl, prefix ?? "bull") : postgresBackend(databaseUrl);
}

/** What Redis begins its refusals with when it may use no more memory. */
const FULL = /\bOOM\b/;

/** Passes on what a promise of adding yields, telling `onFull` of each change. */
function createFullness(onFull: (isFull: boolean) => void): <T>(adding: Promise<T>) => Promise<T> {
  let isFull = false;
  const note = (now: boolean): void => {
    if (now !== isFull) onFull(now);
    isFull = now;
  };
  return async (adding) => {
    try {
      const added = await adding;
      note(false);
      return added;
    } catch (error) {
      if (error instanceof Error && FULL.test(error.message)) note(true);
      throw error;
    }
  };
}

async function runStored(handlers: JobHandlers, job: Job, { onTaken }: QueueOptions): Promise<void> {
  if (job.name === MARK) return;
  onTaken?.(stageSchema.parse(job.name));
  await runJob(handlers, job.name, job.data);
}

/**
 * Opens the queue: on Redis where a URL is given, else in the database, whose schema `bullmq` it prepares. Redis may be
 * away; throws when the database is needed and can not be reached. Without `onError` errors are only seen by callers.
 */
export async function openQueue(options: QueueOptions): Promise<JobQueue> {
  const { onError = () => undefined } = options;
  const timing = { ...TIMING, ...options.timing };
  const backend = await openBackend(options);
  const producer = await openProducer(backend, onError);
  const watched = createFullness(options.onFull ?? (() => undefined));
  const workers: JobWorker[] = [];
  let hasMark = false;

  const enqueue: JobQueue["enqueue"] = async (stage, payload, { delayMs = 0 } = {}) => {
    const checked = JOB_PAYLOADS[stage].parse(payload);
    const adding = producer.ask(`Adding a job of the stage ${stage}`, (queue) =>
      delayMs > 0 ? addAlarm(queue, stage, checked, Math.ceil(delayMs)) : addJob(queue, stage, checked),
    );
    await watched(adding);
  };
  const counts = async (): Promise<JobCounts> => {
    const found = await producer.ask("Counting jobs", (queue) => queue.getJobCounts());
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = found;
    return { waiting, active, delayed, failed };
  };
  return {
    kind: options.redisUrl ? "redis" : "postgres",
    enqueue,
    counts,
    async hasForgotten() {
      // In the database the jobs live and die with the work itself.
      if (!options.redisUrl) return false;
      const wasMissing = await producer.ask("Looking for the mark", leaveMark);
      const isLoss = wasMissing && hasMark;
      hasMark = true;
      return isLoss;
    },
    async startWorker(handlers, { concurrency }) {
      const source = {
        backend,
        waiting: async () => (await counts()).waiting,
        run: (job: Job) =>
          isAlarm(job)
            ? producer.ask("Adding a job whose time has come", (queue) => addAlarmed(queue, job))
            : runStored(handlers, job, options),
      };
      const worker = await startJobWorker(source, { concurrency, timing }, onError);
      workers.push(worker);
      return worker;
    },
    isHealthy: () =>
      counts().then(
        () => true,
        () => false,
      ),
    async close({ deadlineMs }) {
      const until = Date.now() + deadlineMs;
      const reserve = Math.min(deadlineMs / 4, 500);
      await Promise.all(workers.map((worker) => worker.close({ deadlineMs: deadlineMs - reserve })));
      await producer.close(Math.max(until - Date.now(), 10));
    },
  };
}
