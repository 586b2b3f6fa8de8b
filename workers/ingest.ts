import { applyNotifications, DEBOUNCE_MS } from "../src/ingestion/apply-notifications.ts";
import { type InboxChunk, readInbox } from "../src/ingestion/read-inbox.ts";
import { loggable } from "../src/log.ts";
import { isBadData, type Queryable } from "../src/store/database.ts";
import { setAsideOldest } from "../src/store/inbox.ts";
import { lockPortalData } from "../src/store/portals.ts";
import type { WorkContext } from "./work-context.ts";

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

async function takeIn(work: WorkContext, portal: string, limit?: number): Promise<number> {
  const chunk = await work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    const read = await readInbox(tx, portal, work.appId, limit);
    if (read.notifications.length > 0) await applyChunk(tx, portal, read, work);
    return read;
  });
  count(work, chunk);
  return chunk.deliveries;
}

/** Takes the oldest delivery alone; one that the database cannot hold is set aside, so that it does not stop the rest. */
async function takeInOne(work: WorkContext, portal: string): Promise<number> {
  try {
    return await takeIn(work, portal, 1);
  } catch (error) {
    if (!isBadData(error)) throw error;
    await setAsideOldest(work.db, portal, "the database refused its data");
    work.metrics.deadLetters.inc();
    work.log.error({ portal, error: loggable(error) }, "a delivery could not be taken in and was set aside");
    return 1;
  }
}

/** Works through the portal's inbox: what notifications say goes into records, marks and pending reads. */
export async function ingest(work: WorkContext, portal: string): Promise<void> {
  for (;;) {
    const deliveries = await takeIn(work, portal).catch((error: unknown) => {
      if (isBadData(error)) return takeInOne(work, portal);
      throw error;
    });
    if (deliveries === 0) break;
    await work.queue.enqueue("read", { portal });
    await work.queue.enqueue("score", { portal }, { delayMs: DEBOUNCE_MS });
  }
}
