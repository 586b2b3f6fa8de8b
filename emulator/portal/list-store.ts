import { type CrmRecord, recordKey } from "./crm-record.ts";

export type PortalList = {
  readonly listId: string;
  readonly name: string;
  readonly objectTypeId: string;
  readonly processingType: "MANUAL" | "DYNAMIC" | "SNAPSHOT";
  readonly createdAt: number;
  /** Instants of joining by record key. */
  readonly members: Map<string, number>;
};

export type ListStore = Map<string, PortalList>;

/** That a record joined a list or left it. */
export type ListChange = {
  readonly listId: string;
  readonly objectTypeId: string;
  readonly recordId: string;
  readonly isMember: boolean;
  readonly occurredAt: number;
};

/** Those told of changes that users make to lists. */
export type ListListeners = Set<(changes: readonly ListChange[]) => void>;

/** Returns a portal's lists by id: none. */
export function createListStore(): ListStore {
  return new Map();
}

/** Returns the list of that id, created for the object type when it did not exist. */
export function ensureList(
  lists: ListStore,
  list: Pick<PortalList, "listId" | "objectTypeId" | "createdAt"> & { readonly name?: string },
): PortalList {
  const known = lists.get(list.listId);
  if (known) return known;
  const created: PortalList = {
    listId: list.listId,
    name: list.name ?? `List ${list.listId}`,
    objectTypeId: list.objectTypeId,
    processingType: "MANUAL",
    createdAt: list.createdAt,
    members: new Map(),
  };
  lists.set(list.listId, created);
  return created;
}

/** Puts a record on a list and tells whether that was new. */
export function joinList(list: PortalList, record: CrmRecord, at: number): boolean {
  const key = recordKey(record.type, record.id);
  if (list.members.has(key)) return false;
  list.members.set(key, at);
  record.lists = [...record.lists, list.listId];
  return true;
}

/** Takes a record off a list and tells whether it was on it. */
export function leaveList(list: PortalList, record: CrmRecord): boolean {
  if (!list.members.delete(recordKey(record.type, record.id))) return false;
  record.lists = record.lists.filter((listId) => listId !== list.listId);
  return true;
}
