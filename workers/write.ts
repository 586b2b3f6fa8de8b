import type { HubSpotClient } from "../src/hubspot/client.ts";
import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { type RecordUpdate, type UpdateResult, updateRecords } from "../src/hubspot/record-updates.ts";
import { loggable } from "../src/log.ts";
import {
  type ClaimedWrite,
  claimWrites,
  deleteWrites,
  finishWrites,
  pendingObjects,
  refuseWrites,
  returnWrites,
  type Values,
} from "../src/store/pending-writes.ts";
import { isMissingProperty, restoreProperties } from "./restore-properties.ts";
import type { WorkContext } from "./work-context.ts";

const BATCH = 100;
/** Calls under way at once, so that HubSpot's answer time does not bound the rate. */
const LANES = 6;
const LEASE_MS = 30_000;
/** How long a batch that is not full waits to be filled. */
const LINGER_MS = 800;
/** The same while records are still being scored: they may fill it. */
const BUSY_LINGER_MS = 4_000;
const LOOK_AGAIN_MS = 100;
/** A record written more often than this is most likely in a loop through a workflow: it slows to one write a minute. */
const LOOP_BUDGET = { writes: 20, windowMs: 600_000, pauseMs: 60_000 };

type Lane = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly object: string;
  readonly client: HubSpotClient;
};

function differingValues({ desired, held }: ClaimedWrite): Values {
  return Object.fromEntries(
    Object.entries(desired).filter(([name, value]) => !Object.hasOwn(held, name) || held[name] !== value),
  );
}

type Settled = {
  readonly values: ReadonlyMap<string, Values>;
  readonly refusals: ReadonlyMap<string, string>;
  readonly gone: readonly string[];
};

function settle(updates: readonly RecordUpdate[], results: readonly UpdateResult[]): Settled {
  const sent = new Map(updates.map((update) => [update.id, update.properties]));
  const of = (outcome: UpdateResult["outcome"]) => results.filter((result) => result.outcome === outcome);
  return {
    values: new Map(of("written").map(({ id }) => [id, sent.get(id) ?? {}])),
    refusals: new Map(
      results.flatMap((one) => (one.outcome === "refused" ? [[one.id, one.reason] as const] : [])),
    ),
    gone: of("gone").map((result) => result.id),
  };
}

function report({ work, portal, object }: Lane, settled: Settled, paused: number): void {
  work.metrics.written.inc({ outcome: "written" }, settled.values.size);
  work.metrics.written.inc({ outcome: "gone" }, settled.gone.length);
  work.metrics.written.inc({ outcome: "refused" }, settled.refusals.size);
  for (const reason of new Set(settled.refusals.values())) {
    work.log.warn({ portal, object, reason }, "HubSpot refused values");
  }
  if (paused === 0) return;
  work.metrics.parkedWrites.inc(paused);
  work.log.warn({ portal, object, records: paused }, "records change too often: their writes pause");
}

async function saveResults(lane: Lane, settled: Settled): Promise<void> {
  const { work, portal, object, client } = lane;
  const paused = await work.db.transaction(async (tx) => {
    await refuseWrites(tx, portal, object, settled.refusals);
    await deleteWrites(tx, portal, object, settled.gone);
    return finishWrites(tx, portal, { object, values: settled.values }, LOOP_BUDGET);
  });
  report(lane, settled, paused.length);
  if ([...settled.refusals.values()].some(isMissingProperty))
    await restoreProperties(work, portal, object, client);
}

/** Writes one batch; false where there was none to write. */
async function writeBatch(lane: Lane): Promise<boolean> {
  const { work, portal, object, client } = lane;
  const batch = {
    object,
    limit: BATCH,
    lingerMs: LINGER_MS,
    busyLingerMs: BUSY_LINGER_MS,
    leaseMs: LEASE_MS,
  };
  const claimed = await work.db.transaction((tx) => claimWrites(tx, portal, batch));
  if (claimed.length === 0) return false;
  const updates = claimed.map((claim) => ({
    id: claim.id,
    properties: differingValues(claim),
    objectWriteTraceId: claim.id,
  }));
  try {
    await saveResults(lane, settle(updates, await updateRecords(client, object, updates)));
    return true;
  } catch (error) {
    const pauseMs = error instanceof HubSpotError ? (error.retryAfterMs ?? 0) : 0;
    await work.db.transaction((tx) =>
      returnWrites(tx, portal, { object, ids: claimed.map((one) => one.id) }, pauseMs),
    );
    work.log.warn(
      { portal, object, error: loggable(error) },
      "a batch could not be written; it will be tried again",
    );
    return false;
  }
}

async function runLane(lane: Lane): Promise<void> {
  while (await writeBatch(lane));
}

/** Writes what records should show and HubSpot does not, in full batches where it can; the rest gets a job of its own. */
export async function write(work: WorkContext, portal: string): Promise<void> {
  const client = work.clients.clientFor(portal);
  const ready = await pendingObjects(work.db, portal, LINGER_MS);
  for (const { object, wait } of ready) {
    if (wait > 0) continue;
    const lane = { work, portal, object, client };
    await Promise.all(Array.from({ length: LANES }, () => runLane(lane)));
  }
  const waits = (await pendingObjects(work.db, portal, LINGER_MS)).map(({ wait }) => wait);
  if (waits.length > 0)
    await work.queue.enqueue("write", { portal }, { delayMs: Math.max(LOOK_AGAIN_MS, Math.min(...waits)) });
}
