import { applyNotifications, DEBOUNCE_MS } from "../src/ingestion/apply-notifications.ts";
import { attachNew } from "../src/ingestion/attach-events.ts";
import { type InboxChunk, readInbox } from "../src/ingestion/read-inbox.ts";
import { loggable } from "../src/log.ts";
import { markChanged } from "../src/scores/mark-changed.ts";
import { isBadData, type Queryable } from "../src/store/database.ts";
import { LIVE, type Marking } from "../src/store/dirty-marks.ts";
import { setDeliveriesAside } from "../src/store/inbox.ts";
import { lockPortalData } from "../src/store/portals.ts";
import { hasNewWaiting } from "../src/store/waiting-events.ts";
import { type Chunk, takeInHand, workOn } from "../src/store/work-in-hand.ts";
import { noteSetAside } from "./set-aside.ts";
import type { WorkContext } from "./work-context.ts";

const DELIVERIES = 20;
const EVENTS = 1_000;
const MARKING: Marking = { priority: LIVE, delayMs: DEBOUNCE_MS };

async function applyChunk(
  tx: Queryable,
  portal: string,
  chunk: InboxChunk,
  work: WorkContext,
): Promise<void> {
  const scores = await work.catalogue.load(tx, portal);
  const { echoes, ignored } = await applyNotifications(tx, portal, chunk.notifications, scores);
  work.metrics.echoes.inc(echoes);
  work.metrics.notifications.inc({ kind: "any", result: "ignored" }, ignored);
}

function count(work: WorkContext, chunk: InboxChunk): void {
  const now = work.clock.now();
  for (const { kind, occurredAt } of chunk.notifications) {
    work.metrics.notifications.inc({ kind, result: occurredAt > now + 60_000 ? "future" : "used" });
    work.metrics.eventLag.observe(Math.max(0, now - occurredAt) / 1000);
  }
  work.metrics.notifications.inc({ kind: "any", result: "repeated" }, chunk.repeated);
  work.metrics.deadLetters.inc(chunk.faults);
}

async function applyInHand(work: WorkContext, portal: string, taken: Chunk): Promise<InboxChunk | undefined> {
  return workOn(work.db, { portal, stage: "ingest" }, taken, async (tx) => {
    await lockPortalData(tx, portal);
    const chunk = await readInbox(tx, portal, taken.keys, work.appId);
    if (chunk.notifications.length > 0) await applyChunk(tx, portal, chunk, work);
    return chunk;
  });
}

/** Sets a delivery aside that the database cannot hold, so that it does not stop the rest. */
async function setAsideBad(work: WorkContext, portal: string, taken: Chunk, error: unknown): Promise<void> {
  await setDeliveriesAside(work.db, portal, taken.keys, "the database refused its data");
  work.metrics.deadLetters.inc();
  work.log.error({ portal, error: loggable(error) }, "a delivery could not be taken in and was set aside");
}

/** Takes in at most `limit` deliveries, one where they hold what the database refuses. Tells whether more may wait. */
async function takeIn(work: WorkContext, portal: string, limit: number): Promise<boolean> {
  const { chunk: taken, setAside } = await takeInHand(work.db, { portal, stage: "ingest", limit });
  if (setAside > 0) noteSetAside(work, portal, "ingest", setAside);
  if (!taken) return false;
  try {
    const chunk = await applyInHand(work, portal, taken);
    if (chunk) count(work, chunk);
    return taken.isSuspect || (chunk !== undefined && chunk.deliveries > 0);
  } catch (error) {
    if (!isBadData(error)) throw error;
    if (taken.keys.length > 1) return takeIn(work, portal, 1);
    await setAsideBad(work, portal, taken, error);
    return true;
  }
}

/** Puts a chunk of events that came in by themselves into timelines. Tells whether more may wait. */
async function attach(work: WorkContext, portal: string): Promise<boolean> {
  if (!(await hasNewWaiting(work.db, portal))) return false;
  const { events } = await work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    const { needs } = await work.catalogue.load(tx, portal);
    const attached = await attachNew(tx, portal, EVENTS);
    await markChanged(tx, portal, { object: "contact", ids: attached.contacts, needs }, MARKING);
    return attached;
  });
  return events === EVENTS;
}

/**
 * Works through the portal's inbox: what notifications say goes into records, marks and pending reads, what customers'
 * systems sent into timelines.
 */
export async function ingest(work: WorkContext, portal: string): Promise<void> {
  while (await takeIn(work, portal, DELIVERIES)) {
    await work.queue.enqueue("read", { portal });
    await work.queue.enqueue("score", { portal }, { delayMs: DEBOUNCE_MS });
  }
  while (await attach(work, portal)) await work.queue.enqueue("score", { portal }, { delayMs: DEBOUNCE_MS });
}
