import { callAllowance } from "../src/call-stops.ts";
import type { HubSpotClient } from "../src/hubspot/client.ts";
import { HubSpotError, wasNotMade } from "../src/hubspot/hubspot-error.ts";
import { type RecordUpdate, type UpdateResult, updateRecords } from "../src/hubspot/record-updates.ts";
import { loggable } from "../src/log.ts";
import { BACKGROUND, LIVE, type Priority } from "../src/store/dirty-marks.ts";
import {
  type ClaimedWrite,
  claimWrites,
  deleteWrites,
  finishWrites,
  pendingObjects,
  refuseWrites,
  returnWrites,
  type Values,
  type WrittenRecord,
} from "../src/store/pending-writes.ts";
import { loadPropertyFaults } from "../src/store/property-faults.ts";
import { checkProperties } from "./check-properties.ts";
import type { WorkContext } from "./work-context.ts";

const BATCH = 100;
/** Calls under way at once, so that HubSpot's answer time does not bound the rate. */
const LANES = 6;
const LEASE_MS = 20_000;
/** How long a batch that is not full waits to be filled. */
const LINGER_MS = 800;
/** The same while records are still being scored: they may fill it. */
const BUSY_LINGER_MS = 4_000;
const LOOK_AGAIN_MS = 100;
/** A stop may end early, or be lifted: its end is looked for this often. */
const LONGEST_PAUSE_MS = 60_000;
/** A record written more often than this is most likely in a loop through a workflow: it slows to one write a minute. */
const LOOP_BUDGET = { writes: 20, windowMs: 600_000, pauseMs: 60_000 };

/** Refusals that may mean that someone deleted or retyped a property. */
const PROPERTY_FAULT = /PROPERTY_DOESNT_EXIST|READ_ONLY|INVALID_/;

type Lane = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly object: string;
  readonly client: HubSpotClient;
  readonly leastUrgent: Priority;
};

function differingValues({ desired, held }: ClaimedWrite): Values {
  return Object.fromEntries(
    Object.entries(desired).filter(([name, value]) => !Object.hasOwn(held, name) || held[name] !== value),
  );
}

type Sorted = { readonly updates: readonly RecordUpdate[]; readonly parked: ReadonlyMap<string, string> };

/** What to send of a batch; records that differ only where a property cannot take its values are parked, with the reason. */
function sortBatch(claimed: readonly ClaimedWrite[], faults: ReadonlyMap<string, string>): Sorted {
  const parked = new Map<string, string>();
  const updates = claimed.flatMap((claim) => {
    const values = Object.entries(differingValues(claim));
    const properties = Object.fromEntries(values.filter(([name]) => !faults.has(name)));
    const [refused] = values.flatMap(([name]) => faults.get(name) ?? []);
    if (Object.keys(properties).length > 0 || refused === undefined)
      return [{ id: claim.id, properties, objectWriteTraceId: claim.id }];
    parked.set(claim.id, refused);
    return [];
  });
  return { updates, parked };
}

async function parkedProperties({ work, portal, object }: Lane): Promise<ReadonlyMap<string, string>> {
  const faults = await loadPropertyFaults(work.db, portal, object);
  return new Map(faults.filter((one) => one.parks).map((one) => [one.property, one.fault]));
}

type Settled = {
  readonly written: readonly WrittenRecord[];
  readonly refusals: ReadonlyMap<string, string>;
  readonly gone: readonly string[];
};

function settle(updates: readonly RecordUpdate[], results: readonly UpdateResult[]): Settled {
  const sent = new Map(updates.map((update) => [update.id, update.properties]));
  return {
    written: results.flatMap((one) =>
      one.outcome === "written"
        ? [{ id: one.id, values: sent.get(one.id) ?? {}, modifiedAt: one.modifiedAt }]
        : [],
    ),
    refusals: new Map(
      results.flatMap((one) => (one.outcome === "refused" ? [[one.id, one.reason] as const] : [])),
    ),
    gone: results.filter((one) => one.outcome === "gone").map((one) => one.id),
  };
}

function report({ work, portal, object }: Lane, settled: Settled, paused: number): void {
  work.metrics.written.inc({ outcome: "written" }, settled.written.length);
  work.metrics.written.inc({ outcome: "gone" }, settled.gone.length);
  work.metrics.written.inc({ outcome: "refused" }, settled.refusals.size);
  for (const reason of new Set(settled.refusals.values())) {
    work.log.warn({ portal, object, reason }, "HubSpot refused values");
  }
  if (paused === 0) return;
  work.metrics.parkedWrites.inc(paused);
  work.log.warn({ portal, object, records: paused }, "records change too often: their writes pause");
}

/** A look at properties that HubSpot does not answer now is made again with the next refusal, or by the reconciler. */
function expectHubSpotError(error: unknown): void {
  if (!(error instanceof HubSpotError)) throw error;
}

async function saveResults(lane: Lane, settled: Settled): Promise<void> {
  const { work, portal, object, client } = lane;
  const paused = await work.db.transaction(async (tx) => {
    await refuseWrites(tx, portal, object, settled.refusals);
    await deleteWrites(tx, portal, object, settled.gone);
    return finishWrites(tx, portal, { object, records: settled.written }, LOOP_BUDGET);
  });
  report(lane, settled, paused.length);
  if ([...settled.refusals.values()].some((reason) => PROPERTY_FAULT.test(reason)))
    await checkProperties(work, portal, object, client).catch(expectHubSpotError);
}

async function returnBatch(
  { work, portal, object }: Lane,
  ids: readonly string[],
  error: unknown,
): Promise<void> {
  const isTried = !wasNotMade(error);
  const pauseMs = error instanceof HubSpotError ? Math.min(error.retryAfterMs ?? 0, LONGEST_PAUSE_MS) : 0;
  await work.db.transaction((tx) => returnWrites(tx, portal, { object, ids, isTried }, pauseMs));
  if (isTried)
    work.log.warn(
      { portal, object, error: loggable(error) },
      "a batch could not be written; it will be tried again",
    );
}

/** Writes one batch; false where there was none to write. */
async function writeBatch(lane: Lane): Promise<boolean> {
  const { work, portal, object, client, leastUrgent } = lane;
  const batch = {
    object,
    leastUrgent,
    limit: BATCH,
    lingerMs: LINGER_MS,
    busyLingerMs: BUSY_LINGER_MS,
    leaseMs: LEASE_MS,
  };
  const claimed = await work.db.transaction((tx) => claimWrites(tx, portal, batch));
  if (claimed.length === 0) return false;
  const { updates, parked } = sortBatch(claimed, await parkedProperties(lane));
  await refuseWrites(work.db, portal, object, parked);
  try {
    await saveResults(lane, settle(updates, await updateRecords(client, object, updates)));
    return true;
  } catch (error) {
    await returnBatch(
      lane,
      updates.map((update) => update.id),
      error,
    );
    return false;
  }
}

async function runLane(lane: Lane): Promise<void> {
  while (await writeBatch(lane));
}

/** Writes what records should show and HubSpot does not, in full batches where it can; the rest gets a job of its own. */
export async function write(work: WorkContext, portal: string): Promise<void> {
  const { live, background } = await callAllowance(work.db, work.clock, portal);
  if (!live) return;
  const leastUrgent: Priority = background ? BACKGROUND : LIVE;
  const wanted = { lingerMs: LINGER_MS, leastUrgent };
  const client = work.clients.clientFor(portal);
  const ready = await pendingObjects(work.db, portal, wanted);
  for (const { object, wait } of ready) {
    if (wait > 0) continue;
    const lane = { work, portal, object, client, leastUrgent };
    await Promise.all(Array.from({ length: LANES }, () => runLane(lane)));
  }
  const waits = (await pendingObjects(work.db, portal, wanted)).map(({ wait }) => wait);
  if (waits.length > 0)
    await work.queue.enqueue("write", { portal }, { delayMs: Math.max(LOOK_AGAIN_MS, Math.min(...waits)) });
}
