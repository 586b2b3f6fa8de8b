import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { conflict, invalidRequest, invalidValues } from "../http/api-error.ts";
import {
  type ApiRequest,
  idText,
  listParam,
  pageLimit,
  param,
  parseBody,
  type Route,
} from "../http/route.ts";
import { associationTypes } from "../portal/association-labels.ts";
import { associate } from "../portal/associations.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import { CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { findValueFaults } from "../portal/property-values.ts";
import { archiveRecord, changeProperties, createRecord, eraseRecord } from "../portal/record-changes.ts";
import { mergeRecords } from "../portal/record-merge.ts";
import { findRecord, presentRecords, tableOf } from "../portal/record-store.ts";
import { pathType, recordBy, requireRecord } from "./named-objects.ts";
import { wireAssociations, wireRecord } from "./wire-record.ts";

/** Property values in a request: text; HubSpot takes numbers, booleans and null (cleared) too. */
export const writtenValues = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .transform((value) => (value === null ? "" : String(value))),
);

const associationInput = z.object({
  to: z.object({ id: idText }),
  types: z.array(z.object({ associationCategory: z.string(), associationTypeId: z.number() })).min(1),
});
export const createInput = z.object({
  properties: writtenValues,
  associations: z.array(associationInput).optional(),
});
const mergeInput = z.object({ primaryObjectId: idText, objectIdToMerge: idText });
const eraseInput = z.object({ objectId: idText, idProperty: z.string().optional() });

/** Returns the routes of single records: list, read, create, change, archive, merge, privacy deletion. */
export function objectRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/objects/:version/:type";
  return [
    { method: "GET", path: base, handle: (request) => listRecords(portal, request) },
    { method: "POST", path: base, handle: (request) => createOne(portal, request) },
    { method: "POST", path: `${base}/merge`, handle: (request) => merge(portal, request) },
    { method: "POST", path: `${base}/gdpr-delete`, handle: (request) => erase(portal, request) },
    { method: "GET", path: `${base}/:id`, handle: (request) => readOne(portal, request) },
    { method: "PATCH", path: `${base}/:id`, handle: (request) => changeOne(portal, request) },
    { method: "DELETE", path: `${base}/:id`, handle: (request) => archiveOne(portal, request) },
  ];
}

function wantedOf(request: ApiRequest) {
  return {
    properties: listParam(request, "properties"),
    withHistory: listParam(request, "propertiesWithHistory"),
  };
}

function listRecords(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const wanted = wantedOf(request);
  const limit = pageLimit(request, 10, wanted.withHistory.length > 0 ? 50 : 100);
  const archived = request.query.get("archived") === "true";
  const after = Number(request.query.get("after") ?? 0);
  if (!Number.isInteger(after) || after < 0)
    throw invalidRequest(`Invalid paging cursor: ${request.query.get("after")}`);
  const page: CrmRecord[] = [];
  let next: number | undefined;
  const records = archived
    ? archivedRecords(portal, typeId, after)
    : presentRecords(portal.records, typeId, after);
  for (const record of records) {
    if (page.length === limit) {
      next = record.slot;
      break;
    }
    page.push(record);
  }
  const associations = listParam(request, "associations");
  const results = page.map((record) => ({
    ...wireRecord(portal, record, wanted),
    ...wireAssociations(portal, record, associations),
  }));
  return ok({
    results,
    ...(next === undefined
      ? {}
      : { paging: { next: { after: String(next), link: `${request.path}?after=${next}` } } }),
  });
}

function archivedRecords(portal: Portal, typeId: string, fromSlot: number): readonly CrmRecord[] {
  const slots = tableOf(portal.records, typeId).slots;
  return slots
    .filter((record) => record !== undefined)
    .filter((record) => record.slot >= fromSlot && record.archivedAt !== undefined);
}

function readOne(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const record = requireRecord(portal, typeId, param(request, "id"), request.query.get("idProperty"));
  const associations = wireAssociations(portal, record, listParam(request, "associations"));
  return ok({ ...wireRecord(portal, record, wantedOf(request)), ...associations });
}

function createOne(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const input = parseBody(request, createInput);
  const record = createFrom(portal, typeId, input);
  return created(wireRecord(portal, record, { properties: Object.keys(input.properties), withHistory: [] }));
}

/** Creates a record from a request's values and associations; refuses bad values and a contact's e-mail that is taken. */
export function createFrom(portal: Portal, typeId: string, input: z.infer<typeof createInput>): CrmRecord {
  const values = Object.entries(input.properties);
  const faults = findValueFaults(portal.schema, typeId, values);
  if (faults.length > 0) throw invalidValues(faults);
  refuseTakenEmail(portal, typeId, input.properties["email"]);
  const record = createRecord(portal, typeId, values, "INTEGRATION");
  for (const { to, types } of input.associations ?? []) linkTo(portal, record, to.id, types);
  return record;
}

function refuseTakenEmail(portal: Portal, typeId: string, email: string | undefined): void {
  if (typeId !== CONTACT || !email) return;
  const holder = recordBy(portal, typeId, email, "email");
  if (holder) throw conflict(`Contact already exists. Existing ID: ${holder.id}`);
}

function linkTo(
  portal: Portal,
  record: CrmRecord,
  toId: string,
  types: readonly { associationTypeId: number }[],
): void {
  for (const type of new Map([...portal.types.values()].map((one) => [one.typeId, one])).values()) {
    const known = associationTypes(portal.labels, record.type, type.typeId);
    const named = known.filter((one) => types.some((wanted) => wanted.associationTypeId === one.typeId));
    const other = named.length > 0 ? findRecord(portal.records, type.typeId, toId) : undefined;
    const labels = named.map((one) => one.label).filter((label) => label !== null);
    if (other) associate(portal, [record, other], labels, "INTEGRATION");
  }
}

function changeOne(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const record = requireRecord(portal, typeId, param(request, "id"), request.query.get("idProperty"));
  const { properties } = parseBody(request, z.object({ properties: writtenValues }));
  const faults = findValueFaults(portal.schema, typeId, Object.entries(properties));
  if (faults.length > 0) throw invalidValues(faults);
  changeProperties(portal, record, Object.entries(properties), "INTEGRATION");
  return ok(wireRecord(portal, record, { properties: Object.keys(properties), withHistory: [] }));
}

function archiveOne(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const record = findRecord(portal.records, typeId, param(request, "id"));
  if (record) archiveRecord(portal, record, "INTEGRATION");
  return noContent();
}

function merge(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const input = parseBody(request, mergeInput);
  const primary = requireRecord(portal, typeId, input.primaryObjectId);
  const other = requireRecord(portal, typeId, input.objectIdToMerge);
  if (primary === other) throw invalidRequest("Cannot merge an object with itself");
  return ok(
    wireRecord(portal, mergeRecords(portal, primary, other, "INTEGRATION"), {
      properties: [],
      withHistory: [],
    }),
  );
}

function erase(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const input = parseBody(request, eraseInput);
  const record = recordBy(portal, typeId, input.objectId, input.idProperty ?? null);
  if (record) eraseRecord(portal, record, "INTEGRATION");
  return noContent();
}
