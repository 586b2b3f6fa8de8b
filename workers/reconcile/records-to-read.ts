import type { ModifiedRecord } from "../../src/hubspot/modified-records.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import { type OwnProperties, ownProperties, shownValues } from "../../src/scores/shown-values.ts";
import type { Queryable } from "../../src/store/database.ts";
import { loadOwnValues, type OwnValues } from "../../src/store/drift.ts";
import { loadRecords, type StoredRecord } from "../../src/store/records.ts";

type Shown = NonNullable<ModifiedRecord["values"]>;

function shownOf(values: Shown, property: string): string | null {
  return (Object.hasOwn(values, property) ? values[property] : null) ?? null;
}

/** Whether the record is stored with these values of all that scores read. */
function isKnown(stored: StoredRecord | undefined, values: Shown, properties: Iterable<string>): boolean {
  if (!stored || stored.deletedAt !== null) return false;
  return [...properties].every((name) => (stored.properties[name] ?? null) === shownOf(values, name));
}

/** Whether our values are there as they should be, or differ as was noted before. */
function isAsWritten(own: OwnValues | undefined, values: Shown, properties: OwnProperties): boolean {
  if (!own?.isSettled) return true;
  const shown = shownValues(values, properties);
  const wanted = (name: string) => own.desired[name] ?? (properties.instants.has(name) ? "" : shown[name]);
  const differing = Object.keys(shown).filter((name) => shown[name] !== wanted(name));
  return differing.length === own.drifted.length && differing.every((name) => own.drifted.includes(name));
}

/**
 * Of records that were found changed, the ids of those that are to be read: all but those that show what is stored and
 * what was written, as most do after our own writes. Where scores read histories, only our own writes go unread.
 */
export async function recordsToRead(
  db: Queryable,
  portal: string,
  found: {
    readonly object: string;
    readonly records: readonly ModifiedRecord[];
    readonly scores: PortalScores;
  },
): Promise<string[]> {
  const { object, records, scores } = found;
  const needs = scores.needs.objects.get(object);
  const own = ownProperties(scores, object);
  const properties = [...(needs?.properties ?? [])].filter((name) => !own.written.has(name));
  const ids = records.map((record) => record.id);
  const stored = new Map((await loadRecords(db, portal, object, ids)).map((one) => [one.id, one]));
  const owned = new Map((await loadOwnValues(db, portal, object, ids)).map((one) => [one.id, one]));
  const isNews = ({ id, modifiedAt, values }: ModifiedRecord): boolean => {
    const ownValues = owned.get(id);
    if (!values || !isKnown(stored.get(id), values, properties)) return true;
    if (!isAsWritten(ownValues, values, own)) return true;
    return needs !== undefined && needs.historyProperties.size > 0 && modifiedAt !== ownValues?.modifiedAt;
  };
  return records.filter(isNews).map((record) => record.id);
}
