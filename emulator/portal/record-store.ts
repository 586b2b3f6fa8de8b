import type { CrmRecord } from "./crm-record.ts";

type RecordTable = {
  readonly slots: (CrmRecord | undefined)[];
  readonly byId: Map<string, CrmRecord>;
  readonly mergedInto: Map<string, string>;
};

export type RecordStore = { readonly tables: Map<string, RecordTable>; lastId: number };

/** Returns an empty store; ids that it gives out are numbers as large as HubSpot's. */
export function createRecordStore(): RecordStore {
  return { tables: new Map(), lastId: 600_000_000_000 };
}

/** Returns the table of an object type's records, in order of creation. */
export function tableOf(store: RecordStore, type: string): RecordTable {
  const known = store.tables.get(type);
  if (known) return known;
  const table: RecordTable = { slots: [], byId: new Map(), mergedInto: new Map() };
  store.tables.set(type, table);
  return table;
}

/** Adds an empty record and returns it; without an id it gets a new one. */
export function addRecord(store: RecordStore, type: string, createdAt: number, id?: string): CrmRecord {
  const table = tableOf(store, type);
  const record: CrmRecord = {
    type,
    id: id ?? unusedId(store, table),
    slot: table.slots.length,
    properties: new Map(),
    history: undefined,
    links: undefined,
    lists: [],
    createdAt,
    updatedAt: createdAt,
    archivedAt: undefined,
  };
  table.slots.push(record);
  table.byId.set(record.id, record);
  return record;
}

function unusedId(store: RecordStore, table: RecordTable): string {
  do store.lastId += 1;
  while (table.byId.has(String(store.lastId)));
  return String(store.lastId);
}

/** Returns the record of exactly that id, unless it is archived or merged away. */
export function findRecord(store: RecordStore, type: string, id: string): CrmRecord | undefined {
  const record = store.tables.get(type)?.byId.get(id);
  return record?.archivedAt === undefined ? record : undefined;
}

/** Returns an archived record. */
export function findArchived(store: RecordStore, type: string, id: string): CrmRecord | undefined {
  const record = store.tables.get(type)?.byId.get(id);
  return record?.archivedAt === undefined ? undefined : record;
}

/** Returns the record of that id, or the one it was merged into. */
export function resolveRecord(store: RecordStore, type: string, id: string): CrmRecord | undefined {
  const mergedInto = store.tables.get(type)?.mergedInto;
  let current = id;
  for (let next = mergedInto?.get(current); next !== undefined; next = mergedInto?.get(current))
    current = next;
  return findRecord(store, type, current);
}

/** Takes a record out of the store for good. */
export function dropRecord(store: RecordStore, record: CrmRecord): void {
  const table = tableOf(store, record.type);
  table.slots[record.slot] = undefined;
  table.byId.delete(record.id);
}

/** Yields a type's present records in order of creation, from a slot on. */
export function* presentRecords(store: RecordStore, type: string, fromSlot = 0): Generator<CrmRecord> {
  const slots = store.tables.get(type)?.slots ?? [];
  for (let slot = fromSlot; slot < slots.length; slot += 1) {
    const record = slots[slot];
    if (record && record.archivedAt === undefined) yield record;
  }
}
