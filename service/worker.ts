import type { Context } from "../src/context.ts";
import { loggable } from "../src/log.ts";
import type { JobHandlers } from "../src/queue/jobs.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { isCallable, listPortals } from "../src/store/portals.ts";
import { backfill } from "../workers/backfill/backfill.ts";
import { completeCallbacks } from "../workers/complete-callbacks.ts";
import { due } from "../workers/due.ts";
import { ingest } from "../workers/ingest.ts";
import { followJournal } from "../workers/journal/follow-journal.ts";
import { measureStops } from "../workers/measure-stops.ts";
import { poll } from "../workers/poll/poll.ts";
import { readPending } from "../workers/read/read-records.ts";
import { reconcile } from "../workers/reconcile/reconcile.ts";
import { rereadLists } from "../workers/reconcile/reread-lists.ts";
import { score } from "../workers/score.ts";
import { eraseUninstalled, measurePortals, setUpPortals } from "../workers/set-up.ts";
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
function handlersOf(work: WorkContext, single: string | undefined): JobHandlers {
  const ofPortal = (task: (work: WorkContext, portal: string) => Promise<void>) => {
    return async ({ portal }: { readonly portal?: string | undefined }): Promise<void> => {
      if (portal !== undefined && (await isCallable(work.db, portal, single))) await task(work, portal);
    };
  };
  return {
    ingest: ofPortal(ingest),
    read: ofPortal(readPending),
    score: ofPortal(score),
    write: ofPortal(write),
    backfill: ofPortal(backfill),
    poll: ofPortal(poll),
    reconcile: ofPortal(reconcile),
    lists: ofPortal(rereadLists),
    due: ofPortal(due),
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
export async function startWorker(
  context: Context,
  starters: readonly ScoreDefinition[] = [],
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { db, queue, clock, catalogue, clients, log, metrics, config, journal } = context;
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
  stack.adopt(
    await queue.startWorker(handlersOf(work, config.hubspot.single?.portal), { concurrency: CONCURRENCY }),
    (worker) => worker.close({ deadlineMs: 8_000 }),
  );
  stack.use(repeat(context, SWEEP_MS, () => sweep(work)));
  if (queue.kind === "redis") stack.use(repeat(context, SWEEP_MS, () => noteLoss(context)));
  stack.use(repeat(context, POLL_MS, () => enqueueForAll(context, "poll")));
  stack.use(repeat(context, RECONCILE_MS, () => enqueueForAll(context, "reconcile")));
  if (journal) stack.use(repeat(context, SWEEP_MS, () => followJournal(work, journal)));
  else
    log.info("HubSpot's journal is open to apps installed by OAuth alone: lists are read every five minutes");
  stack.use(repeat(context, SWEEP_MS, () => setUpPortals(work, starters)));
  stack.use(repeat(context, SWEEP_MS, () => completeCallbacks(work)));
  stack.use(repeat(context, MEASURE_MS, () => measureBacklog(work)));
  stack.use(repeat(context, MEASURE_MS, () => measurePortals(work)));
  stack.use(repeat(context, MEASURE_MS, () => measureStops(work)));
  stack.use(repeat(context, PURGE_MS, () => purge(work)));
  if (config.uninstallData === "erase") stack.use(repeat(context, PURGE_MS, () => eraseUninstalled(work)));
  return stack.move();
}
