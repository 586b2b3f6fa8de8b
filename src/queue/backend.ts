import { createPostgresBackend, type Job, type JobsOptions, Queue, runMigrations, Worker } from "bullmq";
import pg from "pg";
import { producerConnection, workerConnection } from "./redis.ts";
import { SteadyClient } from "./steady-client.ts";

/** What is common to BullMQ's queues on either server. */
export type BackendQueue = {
  add(name: string, data: object, options: JobsOptions): Promise<unknown>;
  getJobCounts(): Promise<{ [state: string]: number }>;
  getDeduplicationJobId(id: string): Promise<string | null>;
  getJob(id: string): Promise<Job | undefined>;
  close(): Promise<void>;
  disconnect(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
};

/** What is common to BullMQ's workers on either server. */
export type BackendWorker = {
  close(): Promise<void>;
  disconnect(): Promise<void>;
  isRunning(): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "failed", listener: (job: Job | undefined, error: Error) => void): unknown;
};

/** How long a job counts as held by its worker, and how failed jobs wait for their next attempt. */
export type Timing = {
  readonly lockMs: number;
  readonly retryMs: number;
  readonly longestRetryMs: number;
};

export type WorkerSettings = { readonly concurrency: number; readonly timing: Timing };

/** The server that holds the jobs. */
export type Backend = {
  readonly openQueue: () => Promise<BackendQueue>;
  readonly openWorker: (run: (job: Job) => Promise<void>, settings: WorkerSettings) => Promise<BackendWorker>;
};

const NAME = "scorekeeper";
const SCHEMA = "bullmq";
const STALLS_BEFORE_FAILURE = 5;
/** How often in a lock's time workers look for the jobs of dead ones, so that those wait hardly longer than the lock holds. */
const LOOKS_PER_LOCK = 5;

function workerOptions({ concurrency, timing }: WorkerSettings) {
  const { lockMs, retryMs, longestRetryMs } = timing;
  return {
    concurrency,
    lockDuration: lockMs,
    stalledInterval: Math.ceil(lockMs / LOOKS_PER_LOCK),
    maxStalledCount: STALLS_BEFORE_FAILURE,
    runRetryDelay: 500,
    settings: {
      backoffStrategy: (attempt: number) =>
        Math.round(Math.min(retryMs * 2 ** (attempt - 1), longestRetryMs) * (0.75 + Math.random() / 2)),
    },
  };
}

/** Returns the backend on a Redis or Valkey server, all its keys under the prefix; connections are made, and made again, in the background. */
export function redisBackend(url: string, prefix: string): Backend {
  return {
    openQueue: async () =>
      new Queue(NAME, { connection: producerConnection(url), prefix, streams: { events: { maxLen: 100 } } }),
    openWorker: async (run, settings) =>
      new Worker(NAME, run, { ...workerOptions(settings), prefix, connection: workerConnection(url) }),
  };
}

async function prepareSchema(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}

type Opening = {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): unknown;
};

/**
 * Returns what it is given once it has connected. BullMQ never repeats a first connection that failed: its worker would
 * ask for jobs without a pause for ever, so that nothing else in the process runs.
 */
async function ready<T extends Opening>(opened: T): Promise<T> {
  opened.on("error", () => undefined);
  try {
    await opened.waitUntilReady();
    return opened;
  } catch (error) {
    opened.close().catch(() => undefined);
    throw error;
  }
}

/** Returns the backend in a schema of its own of a PostgreSQL database; throws when that can not be reached. */
export async function postgresBackend(url: string): Promise<Backend> {
  await prepareSchema(url);
  const connection = {
    connectionString: url,
    schema: SCHEMA,
    keepAlive: true,
    connectionTimeoutMillis: 1_500,
    Client: SteadyClient,
  };
  return {
    openQueue: () => ready(new Queue(NAME, { connection: { ...connection, max: 4 } }, createPostgresBackend)),
    async openWorker(run, settings) {
      const options = { ...workerOptions(settings), autorun: false, connection: { ...connection, max: 4 } };
      const worker = await ready(new Worker(NAME, run, options, createPostgresBackend));
      worker.run().catch((error: Error) => worker.emit("error", error));
      return worker;
    },
  };
}
