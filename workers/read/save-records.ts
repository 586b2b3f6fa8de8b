import type { HubSpotRecord } from "../../src/hubspot/record-answer.ts";
import { noteContacts } from "../../src/ingestion/note-contacts.ts";
import { applyChanges, emptyRecord, type ValueChange } from "../../src/scores/record-changes.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import { ownProperties, shownValues } from "../../src/scores/shown-values.ts";
import type { Queryable } from "../../src/store/database.ts";
import { noteDrift } from "../../src/store/drift.ts";
import { forgottenAmong } from "../../src/store/forgetting.ts";
import { rememberHeld } from "../../src/store/pending-writes.ts";
import { loadRecords, type StoredRecord, saveRecords } from "../../src/store/records.ts";

/** The properties to ask for so that a read tells all that scores need and what we have written. */
export function propertiesToRead(scores: PortalScores, object: string): string[] {
  return [...(scores.needs.objects.get(object)?.properties ?? []), ...(scores.written.get(object) ?? [])];
}

function valuesRead(read: HubSpotRecord, names: readonly string[], at: number): ValueChange[] {
  return names.map((property) => {
    const value = Object.hasOwn(read.properties, property) ? (read.properties[property] ?? null) : null;
    return { property, value, at };
  });
}

function historyRead(read: HubSpotRecord, names: ReadonlySet<string>): ValueChange[] {
  return Object.entries(read.history)
    .filter(([property]) => names.has(property))
    .flatMap(([property, entries]) =>
      entries.map(({ value, timestamp }) => ({ property, value, at: timestamp })).reverse(),
    );
}

const NONE: ReadonlySet<string> = new Set();

/** The stored record with what was read, or undefined where that tells nothing new. */
function merge(
  stored: StoredRecord | undefined,
  read: HubSpotRecord,
  wanted: { readonly properties: readonly string[]; readonly history: ReadonlySet<string> },
): StoredRecord | undefined {
  // The values are as of HubSpot's own last change, so a notification of a later one is never taken for an older.
  const at = read.updatedAt ?? read.createdAt ?? 0;
  if (stored && stored.deletedAt !== null && stored.deletedAt >= at) return undefined;
  const present = { ...(stored ?? emptyRecord(read.id)), deletedAt: null };
  const withValues = applyChanges(present, valuesRead(read, wanted.properties, at), NONE);
  const record = applyChanges(withValues, historyRead(read, wanted.history), wanted.history);
  const isKnown = stored !== undefined && stored.deletedAt === null && record === present;
  return isKnown ? undefined : record;
}

/** What becomes of values that someone changed in HubSpot; `note` is told how many records show such. */
export type DriftRule = { readonly repairs: boolean; readonly note: (records: number) => void };

/** Saves records as read from HubSpot; later changes already known stand. Returns the ids that are new or changed. */
export async function saveReadRecords(
  tx: Queryable,
  portal: string,
  object: string,
  found: {
    readonly records: readonly HubSpotRecord[];
    readonly properties: readonly string[];
    readonly scores: PortalScores;
    readonly drift: DriftRule;
  },
): Promise<string[]> {
  const forgotten = await forgottenAmong(
    tx,
    portal,
    object,
    found.records.map((record) => record.id),
  );
  const records = found.records.filter((record) => !forgotten.has(record.id));
  if (records.length === 0) return [];
  const ids = records.map((record) => record.id);
  const stored = new Map((await loadRecords(tx, portal, object, ids)).map((record) => [record.id, record]));
  const own = ownProperties(found.scores, object);
  const history = found.scores.needs.objects.get(object)?.historyProperties ?? new Set<string>();
  const properties = found.properties.filter((name) => !own.written.has(name));
  const merged = records.flatMap((read) => merge(stored.get(read.id), read, { properties, history }) ?? []);
  await saveRecords(tx, portal, object, merged);
  if (object === "contact") await noteContacts(tx, portal, merged, found.scores.needs);
  const shown = new Map(records.map((read) => [read.id, shownValues(read.properties, own)]));
  await rememberHeld(tx, portal, object, shown);
  const isAsked = [...own.written].every((name) => found.properties.includes(name));
  if (own.written.size > 0 && isAsked) {
    const seen = { read: shown, emptyUnlessSet: [...own.instants], repairs: found.drift.repairs };
    const drifted = await noteDrift(tx, portal, object, seen);
    found.drift.note(drifted.length);
  }
  return merged.map((record) => record.id);
}
