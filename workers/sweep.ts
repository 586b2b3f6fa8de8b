import type { Stage } from "../src/queue/jobs.ts";
import { purgeExecutions } from "../src/store/action-callbacks.ts";
import { purgeInbox } from "../src/store/inbox.ts";
import { countBacklog, countSetAside, openWork } from "../src/store/open-work.ts";
import { purgeOwnEventIds } from "../src/store/own-event-ids.ts";
import { listPortals } from "../src/store/portals.ts";
import { purgeWaiting } from "../src/store/waiting-events.ts";
import type { WorkContext } from "./work-context.ts";

const KEEP_DAYS = 7;
/** How long events wait for their contacts, and for how long an event sent again is known. */
const WAIT_DAYS = 90;

/** Turns whatever waits in the tables into jobs again: what the queue lost or never got is found here. */
export async function sweep(work: WorkContext): Promise<void> {
  for (const open of await openWork(work.db, work.clock.now())) {
    if (!work.clients.has(open.portal)) continue;
    const stages: readonly (readonly [boolean, Stage])[] = [
      [open.inbox, "ingest"],
      [open.reads, "read"],
      [open.marks, "score"],
      [open.writes, "write"],
      [open.runs, "backfill"],
      [open.overdue, "due"],
      [open.lists, "lists"],
    ];
    for (const [isOpen, stage] of stages) {
      if (isOpen) await work.queue.enqueue(stage, { portal: open.portal });
    }
  }
}

/** Measures the backlog of all portals for the metrics. */
export async function measureBacklog(work: WorkContext): Promise<void> {
  const sums = { inbox: 0, reads: 0, marks: 0, writes: 0, set_aside: 0 };
  for (const { portal } of await listPortals(work.db)) {
    const backlog = await countBacklog(work.db, portal);
    for (const stage of ["inbox", "reads", "marks", "writes"] as const) sums[stage] += backlog[stage];
    sums.set_aside += await countSetAside(work.db, portal);
  }
  for (const [stage, rows] of Object.entries(sums)) work.metrics.backlog.set({ stage }, rows);
}

/** Deletes what is old: deliveries that were worked through, answers given to workflows, events whose contact never came. */
export async function purge(work: WorkContext): Promise<void> {
  for (const { portal } of await listPortals(work.db)) {
    await purgeInbox(work.db, portal, KEEP_DAYS);
    await purgeExecutions(work.db, portal, KEEP_DAYS);
    await purgeWaiting(work.db, portal, WAIT_DAYS);
    await purgeOwnEventIds(work.db, portal, WAIT_DAYS);
  }
}
