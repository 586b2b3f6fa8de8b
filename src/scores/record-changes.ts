import type { StoredRecord } from "../store/records.ts";

/** A value that a property took at an instant (ms). */
export type ValueChange = { readonly property: string; readonly value: string | null; readonly at: number };

type Draft = {
  properties: Record<string, string | null | undefined>;
  changed: Record<string, number>;
  history: Record<string, readonly (readonly [number, string | null])[]>;
};

/** A record of which nothing is known yet. */
export function emptyRecord(id: string): StoredRecord {
  return { id, properties: {}, changed: {}, history: {}, deletedAt: null, restoredAt: null };
}

function own<T>(object: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function withEntry(
  entries: readonly (readonly [number, string | null])[],
  change: ValueChange,
): readonly (readonly [number, string | null])[] {
  if (entries.some(([at, value]) => at === change.at && value === change.value)) return entries;
  const later = entries.findIndex(([at]) => at > change.at);
  return entries.toSpliced(later === -1 ? entries.length : later, 0, [change.at, change.value]);
}

/** Adds the value to the property's history. Returns whether it was new there. */
function recordHistory(draft: Draft, change: ValueChange): boolean {
  const entries = own(draft.history, change.property) ?? [];
  const grown = withEntry(entries, change);
  draft.history[change.property] = grown;
  return grown !== entries;
}

/** Sets the value unless a later one is known. Returns whether anything differs then. */
function setValue(draft: Draft, { property, value, at }: ValueChange): boolean {
  const known = own(draft.changed, property);
  if (known !== undefined && known > at) return false;
  const isNew = known === undefined || (own(draft.properties, property) ?? null) !== value;
  draft.properties[property] = value;
  draft.changed[property] = at;
  return isNew;
}

/**
 * The record after these changes, in any order: a value gives way only to one of the same instant or later. Histories
 * grow for the properties in `withHistory`. Returns the record itself where nothing changes.
 */
export function applyChanges(
  record: StoredRecord,
  changes: readonly ValueChange[],
  withHistory: ReadonlySet<string>,
): StoredRecord {
  const draft: Draft = {
    properties: { ...record.properties },
    changed: { ...record.changed },
    history: { ...record.history },
  };
  let isChanged = false;
  for (const change of changes) {
    const isEntered = withHistory.has(change.property) && recordHistory(draft, change);
    isChanged = setValue(draft, change) || isEntered || isChanged;
  }
  return isChanged ? { ...record, ...draft } : record;
}
