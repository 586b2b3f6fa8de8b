import { invalidRequest, notFound } from "../http/api-error.ts";
import { type ApiRequest, param } from "../http/route.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import { findObjectType, type ObjectType } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { presentRecords, resolveRecord } from "../portal/record-store.ts";

/** Returns the object type that a request names, by name, plural or type id; an unknown one is a 400. */
export function objectType(portal: Portal, name: string): ObjectType {
  const found = findObjectType(portal.types, name);
  if (!found) throw invalidRequest(`Unable to infer object type from: ${name}`);
  return found;
}

/** Returns the object type in a route's path. */
export function pathType(portal: Portal, request: ApiRequest, name = "type"): ObjectType {
  return objectType(portal, param(request, name));
}

/** Returns the record that an id names, also one merged away, or by a unique property; else undefined. */
export function recordBy(
  portal: Portal,
  typeId: string,
  id: string,
  idProperty: string | null,
): CrmRecord | undefined {
  if (idProperty === null || idProperty === "hs_object_id") return resolveRecord(portal.records, typeId, id);
  const wanted = id.toLowerCase();
  for (const record of presentRecords(portal.records, typeId)) {
    if (record.properties.get(idProperty)?.toLowerCase() === wanted) return record;
  }
  return undefined;
}

/** Returns the record that a request names, or throws HubSpot's 404. */
export function requireRecord(
  portal: Portal,
  typeId: string,
  id: string,
  idProperty: string | null = null,
): CrmRecord {
  const record = recordBy(portal, typeId, id, idProperty);
  if (!record) throw notFound("Object not found. objectId are usually numeric.", { id: [id] });
  return record;
}
