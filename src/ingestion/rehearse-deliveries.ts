import { isDeepStrictEqual } from "node:util";
import { readDelivery } from "../hubspot/delivery.ts";
import type { ScoreCatalogue } from "../scores/score-catalogue.ts";
import { scoreRecords } from "../scores/score-records.ts";
import type { Database, Queryable } from "../store/database.ts";
import { forgetNotifications } from "../store/deliveries.ts";
import type { DirtyMark } from "../store/dirty-marks.ts";
import type { InboxRow } from "../store/inbox.ts";
import { lockPortalData } from "../store/portals.ts";
import {
  allMarks,
  allReads,
  clearOpenWork,
  type NamedRecord,
  type ShownScore,
  shownScores,
  type WantedWrite,
  wantedWrites,
} from "../store/rehearsal.ts";
import { applyNotifications } from "./apply-notifications.ts";
import { readDeliveries } from "./read-inbox.ts";

/** A record's result under one score before and after; null where there is none. */
export type ScoreChange = NamedRecord & {
  readonly score: string;
  readonly before: Pick<ShownScore, "value" | "threshold"> | null;
  readonly after: Pick<ShownScore, "value" | "threshold"> | null;
};

/** What deliveries would lead to. */
export type Rehearsal = {
  /** How many notifications were worked through, how many events cannot be read, how many deliveries are none. */
  readonly notifications: number;
  readonly faults: number;
  readonly refused: number;
  /** Records scored, and those whose scoring failed. */
  readonly scored: number;
  readonly failed: number;
  readonly changes: readonly ScoreChange[];
  /** How many records HubSpot would be sent new values of. */
  readonly writes: number;
  /** Records that would first be read from HubSpot: what follows from that is not known here. */
  readonly reads: readonly NamedRecord[];
};

type Parts = {
  readonly db: Database;
  readonly catalogue: ScoreCatalogue;
  readonly now: () => number;
  readonly appId: string | undefined;
};

const MARKS = 500;

/** Ends a transaction whose work was only to be looked at. */
class RolledBack extends Error {
  override name = "RolledBack";
}

/** Runs the work in a transaction that is rolled back in any case, and returns what the work gave. */
async function withoutTrace<T>(db: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const seen: T[] = [];
  try {
    await db.transaction(async (tx) => {
      seen.push(await work(tx));
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  const [result] = seen.slice(-1);
  if (result === undefined) throw new Error("a rehearsal gave no result");
  return result;
}

type Taken = {
  notifications: number;
  faults: number;
  refused: number;
  /** Ids of the records that notifications name, by object type. */
  readonly named: Map<string, Set<string>>;
};

function name({ named }: Taken, { object, id }: NamedRecord): void {
  named.set(object, (named.get(object) ?? new Set()).add(id));
}

/** Works through one delivery as if none of its notifications had been seen. */
async function takeIn(tx: Queryable, portal: string, row: InboxRow, work: Parts & { readonly taken: Taken }) {
  const { catalogue, appId, taken } = work;
  const delivery = readDelivery(row.body, appId);
  if (delivery === undefined || delivery.homeless > 0) {
    taken.refused += 1;
    return;
  }
  await forgetNotifications(
    tx,
    portal,
    delivery.notifications.map(({ key }) => key),
  );
  const chunk = await readDeliveries(tx, portal, [row], appId);
  taken.faults += chunk.faults;
  taken.notifications += chunk.notifications.length;
  for (const notification of chunk.notifications) {
    const { object, recordId } = notification;
    const ids = notification.kind === "merge" ? [recordId, ...notification.mergedIds] : [recordId];
    for (const id of ids) name(taken, { object, id });
  }
  const scores = await catalogue.load(tx, portal);
  await applyNotifications(tx, portal, chunk.notifications, scores);
}

async function scoreAll(
  tx: Queryable,
  portal: string,
  marks: readonly DirtyMark[],
  { catalogue, now }: Parts,
) {
  let failed = 0;
  for (let start = 0; start < marks.length; start += MARKS) {
    const chunk = { marks: marks.slice(start, start + MARKS), at: now() };
    failed += (await scoreRecords(tx, catalogue, portal, chunk)).failed;
  }
  return failed;
}

const keyOf = ({ object, id, score }: ShownScore): string => JSON.stringify([object, id, score]);

function shown(result: ShownScore | undefined): Pick<ShownScore, "value" | "threshold"> | null {
  return result ? { value: result.value, threshold: result.threshold } : null;
}

function changesBetween(before: readonly ShownScore[], after: readonly ShownScore[]): ScoreChange[] {
  const old = new Map(before.map((result) => [keyOf(result), result]));
  const fresh = new Map(after.map((result) => [keyOf(result), result]));
  return [...new Map([...old, ...fresh])].flatMap(([key, { object, id, score }]) => {
    const change = { object, id, score, before: shown(old.get(key)), after: shown(fresh.get(key)) };
    return isDeepStrictEqual(change.before, change.after) ? [] : [change];
  });
}

function newWrites(before: readonly WantedWrite[], after: readonly WantedWrite[]): number {
  const old = new Map(before.map((write) => [write.id, write.desired]));
  return after.filter((write) => !isDeepStrictEqual(old.get(write.id), write.desired)).length;
}

/** Compares what the transaction sees of these records with what everyone else still sees. */
async function compare(tx: Queryable, portal: string, named: Taken["named"], { db }: Parts) {
  const changes: ScoreChange[] = [];
  let writes = 0;
  for (const [object, set] of named) {
    const ids = [...set];
    const before = await shownScores(db, portal, object, ids);
    changes.push(...changesBetween(before, await shownScores(tx, portal, object, ids)));
    const waiting = await wantedWrites(db, portal, object, ids);
    writes += newWrites(waiting, await wantedWrites(tx, portal, object, ids));
  }
  return { changes, writes };
}

/**
 * Works through deliveries, in the order given, as the service would, and returns what they would change. It all happens
 * in one transaction that is rolled back: nothing is stored, no job is made, HubSpot is not called. The portal's own
 * work waits meanwhile.
 */
export function rehearseDeliveries(
  parts: Parts,
  portal: string,
  deliveries: () => AsyncIterable<InboxRow>,
): Promise<Rehearsal> {
  return withoutTrace(parts.db, async (tx) => {
    await lockPortalData(tx, portal);
    await clearOpenWork(tx, portal);
    const taken: Taken = { notifications: 0, faults: 0, refused: 0, named: new Map() };
    for await (const row of deliveries()) await takeIn(tx, portal, row, { ...parts, taken });
    const marks = await allMarks(tx, portal);
    for (const mark of marks) name(taken, mark);
    const failed = await scoreAll(tx, portal, marks, parts);
    const reads = await allReads(tx, portal);
    const { named, ...counts } = taken;
    return { ...counts, scored: marks.length, failed, reads, ...(await compare(tx, portal, named, parts)) };
  });
}
