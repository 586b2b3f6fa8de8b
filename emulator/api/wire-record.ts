import { isoText } from "../instant.ts";
import { linksTo, typesOfLink } from "../portal/associations.ts";
import type { CrmRecord, HistoryEntry } from "../portal/crm-record.ts";
import { COMPANY, CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { findProperty } from "../portal/property-schema.ts";
import { objectType } from "./named-objects.ts";

export type Wanted = { readonly properties: readonly string[]; readonly withHistory: readonly string[] };

const STANDARD_PROPERTIES: { readonly [typeId: string]: readonly string[] } = {
  [CONTACT]: ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
  [COMPANY]: ["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
  "0-3": [
    "amount",
    "closedate",
    "createdate",
    "dealname",
    "dealstage",
    "hs_lastmodifieddate",
    "hs_object_id",
    "pipeline",
  ],
};
const OTHERS = ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"];

/** Returns a record as the objects API shows it: values as text, unknown properties left out, empty ones null. */
export function wireRecord(portal: Portal, record: CrmRecord, wanted: Wanted) {
  const names =
    wanted.properties.length > 0 ? [...wanted.properties, "hs_object_id"] : standardNames(record.type);
  const dates = record.type === CONTACT ? ["createdate", "lastmodifieddate"] : ["hs_lastmodifieddate"];
  const values = new Map<string, string | null>();
  for (const name of new Set([...names, ...dates])) {
    if (findProperty(portal.schema, record.type, name)) values.set(name, readValue(record, name));
  }
  return {
    id: record.id,
    properties: Object.fromEntries(values),
    ...(wanted.withHistory.length > 0
      ? { propertiesWithHistory: wireHistories(portal, record, wanted.withHistory) }
      : {}),
    createdAt: isoText(record.createdAt),
    updatedAt: isoText(record.updatedAt),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: isoText(record.archivedAt) }),
  };
}

function standardNames(type: string): readonly string[] {
  return STANDARD_PROPERTIES[type] ?? OTHERS;
}

/** Returns the present value of a property, HubSpot's own ones included. */
export function readValue(record: CrmRecord, name: string): string | null {
  if (name === "hs_object_id") return record.id;
  if (name === "lastmodifieddate" || name === "hs_lastmodifieddate") return isoText(record.updatedAt);
  return record.properties.get(name) ?? null;
}

function wireHistories(portal: Portal, record: CrmRecord, names: readonly string[]) {
  const known = names.filter((name) => findProperty(portal.schema, record.type, name));
  return Object.fromEntries(
    known.map((name) => [name, (record.history?.get(name) ?? []).map(wireEntry).reverse()]),
  );
}

function wireEntry(entry: HistoryEntry) {
  return {
    value: entry.value ?? "",
    timestamp: isoText(entry.timestamp),
    sourceType: entry.source,
    sourceId: null,
    sourceLabel: null,
  };
}

/** Returns a record's associations to the named types as the list and read endpoints show them. */
export function wireAssociations(portal: Portal, record: CrmRecord, typeNames: readonly string[]) {
  const byType = new Map<string, object>();
  for (const name of typeNames) {
    const type = objectType(portal, name);
    const results = linksTo(portal, record, type.typeId).flatMap((link) =>
      typesOfLink(portal, record.type, link).map((spec) => ({
        id: link.id,
        type: wireName(portal, record.type, link.type, spec.label),
      })),
    );
    if (results.length > 0) byType.set(type.plural, { results });
  }
  return byType.size > 0 ? { associations: Object.fromEntries(byType) } : {};
}

function wireName(portal: Portal, from: string, to: string, label: string | null): string {
  const names = [from, to].map((typeId) => portal.types.get(typeId)?.name ?? typeId);
  const pair = names.join("_to_");
  return label === null ? pair : `${pair}_${label.toLowerCase().replaceAll(" ", "_")}`;
}
