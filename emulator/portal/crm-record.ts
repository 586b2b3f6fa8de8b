export type PropertyValue = string | null;
export type HistoryEntry = {
  readonly value: PropertyValue;
  readonly timestamp: number;
  readonly source: string;
};

/** One direction of an association; `stated` is false when only the other side's data named it. */
export type Link = { readonly type: string; readonly id: string; labels: readonly string[]; stated: boolean };

export type CrmRecord = {
  readonly type: string;
  readonly id: string;
  readonly slot: number;
  readonly properties: Map<string, PropertyValue>;
  history: Map<string, HistoryEntry[]> | undefined;
  links: Map<string, Link> | undefined;
  lists: readonly string[];
  createdAt: number;
  updatedAt: number;
  archivedAt: number | undefined;
};

/** Returns the key that names a record across object types. */
export function recordKey(type: string, id: string): string {
  return `${type}/${id}`;
}

/** Appends a value to a property's recorded history, oldest first. */
export function recordHistory(record: CrmRecord, property: string, entry: HistoryEntry): void {
  record.history ??= new Map();
  const entries = record.history.get(property);
  if (entries) entries.push(entry);
  else record.history.set(property, [entry]);
}
