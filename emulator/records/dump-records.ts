import { isoText } from "../instant.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import { isEngagement } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { eventsOfRecord } from "../portal/record-events.ts";
import { findRecord, presentRecords } from "../portal/record-store.ts";

/** Yields every record that can carry a score as a line of a record file (without line end). */
export function* dumpRecords(portal: Portal): Generator<string> {
  for (const typeId of portal.records.tables.keys()) {
    if (isEngagement(typeId)) continue;
    for (const record of presentRecords(portal.records, typeId))
      yield JSON.stringify(describe(portal, record));
  }
}

function describe(portal: Portal, record: CrmRecord) {
  const associations = [];
  for (const link of record.links?.values() ?? []) {
    if (isEngagement(link.type)) continue;
    const other = findRecord(portal.records, link.type, link.id);
    if (other) associations.push({ ...contentOf(portal, other), labels: link.labels });
  }
  return { ...contentOf(portal, record), associations };
}

function contentOf(portal: Portal, record: CrmRecord) {
  const history = [...(record.history ?? [])].map(([name, entries]) => [
    name,
    entries.map(({ value, timestamp }) => ({ value, timestamp: isoText(timestamp) })),
  ]);
  return {
    object: portal.types.get(record.type)?.name ?? record.type,
    id: record.id,
    properties: Object.fromEntries(record.properties),
    history: Object.fromEntries(history),
    lists: record.lists,
    events: eventsOfRecord(portal, record).map((event) => ({
      ...event,
      occurredAt: isoText(event.occurredAt),
    })),
  };
}
