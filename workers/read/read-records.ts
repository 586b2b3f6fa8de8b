import { callAllowance } from "../../src/call-stops.ts";
import { readAssociations } from "../../src/hubspot/associations.ts";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { readEngagementObjects } from "../../src/hubspot/engagement-objects.ts";
import type { EngagementObjectName as Activity } from "../../src/hubspot/engagement-properties.ts";
import { HubSpotError, isDenied } from "../../src/hubspot/hubspot-error.ts";
import { readRecords } from "../../src/hubspot/records.ts";
import { DEBOUNCE_MS } from "../../src/ingestion/apply-notifications.ts";
import { loggable } from "../../src/log.ts";
import { activityOf, isActivity } from "../../src/scores/event-sources.ts";
import { markChanged } from "../../src/scores/mark-changed.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import { LIVE, type Marking } from "../../src/store/dirty-marks.ts";
import {
  finishReads,
  nextReads,
  type PendingRead,
  postponeReads,
  wantReads,
} from "../../src/store/pending-reads.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import { loadRecords } from "../../src/store/records.ts";
import type { WorkContext } from "../work-context.ts";
import { driftRule } from "./drift-rule.ts";
import { saveActivities } from "./save-activities.ts";
import { saveLinks } from "./save-links.ts";
import { propertiesToRead, saveReadRecords } from "./save-records.ts";

const CHUNK = 100;
const MARKING: Marking = { priority: LIVE, delayMs: DEBOUNCE_MS };

type Reading = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly client: HubSpotClient;
  readonly scores: PortalScores;
  readonly ids: readonly string[];
  /** The reads that are done with these ids. */
  readonly reads: readonly PendingRead[];
};

/** The event properties that scores read of engagement objects of one type. */
export function activityProperties(scores: PortalScores, activity: Activity): string[] {
  const names = [...scores.needs.eventProperties].filter(([type]) => activityOf(type) === activity);
  return [...new Set(names.flatMap(([, properties]) => [...properties]))];
}

async function readActivityChunk(reading: Reading, activity: Activity): Promise<void> {
  const { work, portal, client, scores, ids, reads } = reading;
  const batch = await readEngagementObjects(client, activity, ids, activityProperties(scores, activity));
  const foundIds = batch.found.map((object) => object.objectId);
  const links = foundIds.length === 0 ? [] : await readAssociations(client, activity, "contact", foundIds);
  await work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    const contacts = await saveActivities(tx, portal, { activity, links, ...batch });
    await markChanged(tx, portal, { object: "contact", ids: contacts, needs: scores.needs }, MARKING);
    await finishReads(tx, portal, reads);
  });
}

/** Reads who these records are associated with, in every direction that a score looks in. */
async function readLinks(reading: Reading, object: string, ids: readonly string[]) {
  const own = reading.scores.needs.objects.get(object);
  const toObjects = [...new Set([...(own?.associated ?? []), ...(own?.readBy ?? [])])];
  const directions = [];
  for (const toObject of toObjects) {
    const found =
      ids.length === 0
        ? []
        : await readAssociations(reading.client, object, toObject, ids).catch((error: unknown) => {
            if (!isDenied(error)) throw error;
          });
    if (found) directions.push({ toObject, found });
  }
  return directions;
}

async function readRecordChunk(reading: Reading, object: string): Promise<void> {
  const { work, portal, client, scores, ids, reads } = reading;
  const properties = propertiesToRead(scores, object);
  const withHistory = [...(scores.needs.objects.get(object)?.historyProperties ?? [])];
  const { found: records } = await readRecords(client, object, ids, { properties, withHistory });
  const foundIds = records.map((record) => record.id);
  const directions = await readLinks(reading, object, foundIds);
  await work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    await saveReadRecords(tx, portal, object, {
      records,
      properties,
      scores,
      drift: driftRule(work, portal, object),
    });
    for (const { toObject, found } of directions) {
      const direction = { fromObject: object, toObject };
      const others = await saveLinks(tx, portal, direction, { fromIds: foundIds, found });
      const known = new Set((await loadRecords(tx, portal, toObject, others)).map((record) => record.id));
      await wantReads(
        tx,
        portal,
        toObject,
        others.filter((id) => !known.has(id)),
      );
    }
    await markChanged(tx, portal, { object, ids: foundIds, needs: scores.needs }, MARKING);
    await finishReads(tx, portal, reads);
  });
}

function readOne(reading: Reading, object: string): Promise<void> {
  return isActivity(object) ? readActivityChunk(reading, object) : readRecordChunk(reading, object);
}

/**
 * Reads these records at once, through this client, and marks them for scoring.
 * @throws HubSpotError where that fails.
 */
export async function readNow(
  work: WorkContext,
  portal: string,
  { object, ids }: { readonly object: string; readonly ids: readonly string[] },
  client: HubSpotClient,
): Promise<void> {
  const scores = await work.catalogue.load(work.db, portal);
  for (let start = 0; start < ids.length; start += CHUNK) {
    const chunk = ids.slice(start, start + CHUNK);
    await readOne({ work, portal, client, scores, ids: chunk, reads: [] }, object);
  }
}

/** Sorts out reads that failed; returns how many are settled. */
async function settleFailure(reading: Reading, object: string, error: unknown): Promise<number> {
  const { work, portal, reads } = reading;
  if (error instanceof HubSpotError && error.code === "PAUSED") return 0;
  if (isDenied(error)) {
    // What the account may not read is no work that waits.
    await finishReads(work.db, portal, reads);
    return reads.length;
  }
  await postponeReads(work.db, portal, reads);
  if (!(error instanceof HubSpotError)) throw error;
  work.log.warn(
    { portal, object, error: loggable(error) },
    "records could not be read; they will be tried again",
  );
  return 0;
}

async function readChunk(work: WorkContext, portal: string): Promise<number> {
  if (!(await callAllowance(work.db, work.clock, portal)).live) return 0;
  const reads = await nextReads(work.db, portal, CHUNK);
  const object = reads[0]?.object;
  if (object === undefined) return 0;
  const scores = await work.catalogue.load(work.db, portal);
  const ids = reads.map((read) => read.id);
  const reading = { work, portal, client: work.clients.clientFor(portal), scores, ids, reads };
  try {
    await readOne(reading, object);
  } catch (error) {
    return settleFailure(reading, object, error);
  }
  return reads.length;
}

/** Reads the records that notifications named but did not describe, 100 at a time, and marks them for scoring. */
export async function readPending(work: WorkContext, portal: string): Promise<void> {
  while ((await readChunk(work, portal)) > 0) {
    await work.queue.enqueue("read", { portal });
    await work.queue.enqueue("score", { portal }, { delayMs: DEBOUNCE_MS });
  }
}
