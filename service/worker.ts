import type { Context } from "../src/context.ts";
import { loggable } from "../src/log.ts";
import type { JobHandlers } from "../src/queue/jobs.ts";
import { listPortals } from "../src/store/portals.ts";
import { backfill } from "../workers/backfill/backfill.ts";
import { due } from "../workers/due.ts";
import { ingest } from "../workers/ingest.ts";
import { measureStops } from "../workers/measure-stops.ts";
import { poll } from "../workers/poll/poll.ts";
import { readPending } from "../workers/read/read-records.ts";
import { reconcile } from "../workers/reconcile/reconcile.ts";
import { score } from "../workers/score.ts";
import { measureBacklog, purge, sweep } from "../workers/sweep.ts";
import type { WorkContext } from "../workers/work-context.ts";
import { write } from "../workers/write.ts";

const CONCURRENCY = 12;
const SWEEP_MS = 1_000;
const POLL_MS = 5_000;
const RECONCILE_MS = 300_000;
const MEASURE_MS = 10_000;
const PURGE_MS = 3_600_000;

/** What each stage's jobs do. */
function handlersOf(work: WorkContext): JobHandlers {
  return {
    ingest: ({ portal }) => ingest(work, portal),
    read: ({ portal }) => readPending(work, portal),
    score: ({ portal }) => score(work, portal),
    write: ({ portal }) => write(work, portal),
    backfill: ({ portal }) => backfill(work, portal),
    poll: ({ portal }) => poll(work, portal),
    reconcile: ({ portal }) => reconcile(work, portal),
    due: async ({ portal }) => {
      if (portal !== undefined) await due(work, portal);
    },
    sweep: () => sweep(work),
  };
}

/** Runs `task` again and again, `everyMs` after its last end, until disposed; a failure is logged and the next turn comes. */
function repeat(context: Context, everyMs: number, task: () => Promise<void>): Disposable {
  let isOpen = true;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await task().catch((error: unknown) =>
      context.log.warn({ error: loggable(error) }, "a repeated task failed"),
    );
    if (isOpen) timer = setTimeout(() => void turn(), everyMs);
  };
  timer = setTimeout(() => void turn(), 0);
  return {
    [Symbol.dispose]() {
      isOpen = false;
      clearTimeout(timer);
    },
  };
}

async function enqueueForAll(context: Context, stage: "poll" | "reconcile"): Promise<void> {
  for (const { portal, status } of await listPortals(context.db)) {
    if (status === "active" && context.clients.has(portal)) await context.queue.enqueue(stage, { portal });
  }
}

/** Tells when Redis has forgotten its jobs; the sweeper makes them anew. */
async function noteLoss({ queue, metrics, log }: Context): Promise<void> {
  if (!(await queue.hasForgotten())) return;
  metrics.queueLost.inc();
  log.error("queue lost: Redis has forgotten its jobs; they are made anew from the database");
}

/** Starts the worker half: jobs of every stage, and the timers that find what no job told. */
export async function startWorker(context: Context): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { db, queue, clock, catalogue, clients, log, metrics, config } = context;
  const work: WorkContext = {
    db,
    queue,
    clock,
    catalogue,
    clients,
    log,
    metrics,
    reconcile: config.reconcile,
    appId: config.hubspot.appId,
  };
  stack.adopt(await queue.startWorker(handlersOf(work), { concurrency: CONCURRENCY }), (worker) =>
    worker.close({ deadlineMs: 8_000 }),
  );
  stack.use(repeat(context, SWEEP_MS, () => sweep(work)));
  if (queue.kind === "redis") stack.use(repeat(context, SWEEP_MS, () => noteLoss(context)));
  stack.use(repeat(context, POLL_MS, () => enqueueForAll(context, "poll")));
  stack.use(repeat(context, RECONCILE_MS, () => enqueueForAll(context, "reconcile")));
  stack.use(repeat(context, MEASURE_MS, () => measureBacklog(work)));
  stack.use(repeat(context, MEASURE_MS, () => measureStops(work)));
  stack.use(repeat(context, PURGE_MS, () => purge(work)));
  return stack.move();
}
