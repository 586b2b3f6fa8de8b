import { parseInstant } from "../instant.ts";
import { associationType } from "../portal/association-labels.ts";
import { addLink } from "../portal/associations.ts";
import { type CrmRecord, recordKey } from "../portal/crm-record.ts";
import { ensureList, joinList } from "../portal/list-store.ts";
import { addObjectType, findObjectType } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { admitValue } from "../portal/property-schema.ts";
import { placeEvent } from "../portal/record-events.ts";
import { addRecord, findRecord } from "../portal/record-store.ts";
import type { AssociatedLine, RecordLine } from "./record-line.ts";

type Loading = {
  readonly portal: Portal;
  readonly listNames: ReadonlyMap<string, string>;
  readonly seenEvents: Map<CrmRecord, Set<string>>;
};

/**
 * Loads records in the form of the record files. Whatever is said of a record, in its own line or in a
 * neighbour's, is united; its own line wins. Associations hold in both directions.
 */
export async function loadRecords(
  portal: Portal,
  lines: AsyncIterable<RecordLine> | Iterable<RecordLine>,
  listNames: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const loading: Loading = { portal, listNames, seenEvents: new Map() };
  for await (const line of lines) loadLine(loading, line);
  mirrorLabels(portal);
}

function loadLine(loading: Loading, line: RecordLine): void {
  const record = ensureRecord(loading.portal, line);
  absorb(loading, record, line, true);
  for (const associated of line.associations ?? []) {
    const other = ensureRecord(loading.portal, associated);
    absorb(loading, other, associated, false);
    addLink(record, other, associated.labels ?? [], true);
    addLink(other, record, [], false);
  }
}

function ensureRecord(portal: Portal, line: Pick<RecordLine, "object" | "id">): CrmRecord {
  const { typeId } = findObjectType(portal.types, line.object) ?? addObjectType(portal.types, line.object);
  return (
    findRecord(portal.records, typeId, line.id) ??
    addRecord(portal.records, typeId, portal.clock.now(), line.id)
  );
}

function absorb(loading: Loading, record: CrmRecord, line: RecordLine | AssociatedLine, own: boolean): void {
  absorbProperties(loading.portal, record, line, own);
  absorbHistory(loading.portal, record, line, own);
  for (const listId of line.lists ?? []) joinNamedList(loading, record, listId);
  absorbEvents(loading, record, line);
}

function absorbProperties(
  portal: Portal,
  record: CrmRecord,
  line: RecordLine | AssociatedLine,
  own: boolean,
): void {
  for (const [name, value] of Object.entries(line.properties ?? {})) {
    admitValue(portal.schema, record.type, name, value);
    if (own || !record.properties.has(name)) record.properties.set(name, value);
  }
  const created = record.properties.get("createdate") ?? record.properties.get("hs_createdate");
  const updated = record.properties.get("lastmodifieddate") ?? record.properties.get("hs_lastmodifieddate");
  record.createdAt = parseInstant(created ?? "") ?? record.createdAt;
  record.updatedAt = parseInstant(updated ?? "") ?? record.createdAt;
}

function absorbHistory(
  portal: Portal,
  record: CrmRecord,
  line: RecordLine | AssociatedLine,
  own: boolean,
): void {
  for (const [name, entries] of Object.entries(line.history ?? {})) {
    admitValue(portal.schema, record.type, name, null);
    if (!own && record.history?.has(name)) continue;
    record.history ??= new Map();
    const kept = entries.map(({ value, timestamp }) => ({
      value: value === null || value === undefined ? null : String(value),
      timestamp,
      source: "CRM_UI",
    }));
    record.history.set(
      name,
      kept.sort((a, b) => a.timestamp - b.timestamp),
    );
  }
}

function joinNamedList(loading: Loading, record: CrmRecord, listId: string): void {
  const { portal, listNames } = loading;
  const createdAt = portal.clock.now();
  const name = listNames.get(listId) ?? `List ${listId}`;
  joinList(
    ensureList(portal.lists, { listId, name, objectTypeId: record.type, createdAt }),
    record,
    createdAt,
  );
}

function absorbEvents(loading: Loading, record: CrmRecord, line: RecordLine | AssociatedLine): void {
  if (!line.events?.length) return;
  const seen = loading.seenEvents.get(record) ?? new Set();
  loading.seenEvents.set(record, seen);
  for (const event of line.events) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    placeEvent(loading.portal, record, event);
  }
}

/** A label holds in both directions; where only one side's data names an association, the other side gets its labels. */
function mirrorLabels(portal: Portal): void {
  for (const table of portal.records.tables.values()) {
    for (const record of table.byId.values()) {
      for (const link of record.links?.values() ?? []) mirror(portal, record, link);
    }
  }
}

function mirror(
  portal: Portal,
  record: CrmRecord,
  link: { type: string; id: string; labels: readonly string[] },
): void {
  for (const label of link.labels) associationType(portal.labels, record.type, link.type, label);
  const back = findRecord(portal.records, link.type, link.id)?.links?.get(recordKey(record.type, record.id));
  if (back && !back.stated) back.labels = [...new Set([...back.labels, ...link.labels])];
}
