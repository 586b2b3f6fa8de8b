import { z } from "zod";
import { ok } from "../http/answer.ts";
import { invalidRequest } from "../http/api-error.ts";
import { type ApiRequest, parseBody, type Route } from "../http/route.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import type { Portal } from "../portal/portal.ts";
import { presentRecords } from "../portal/record-store.ts";
import { pathType } from "./named-objects.ts";
import { filterTest, searchFilter, sortRecords } from "./record-search.ts";
import { wireRecord } from "./wire-record.ts";

const RESULTS_CAP = 10_000;
const BODY_CAP = 3000;

const sort = z.union([
  z.string().transform((propertyName) => ({
    propertyName: propertyName.replace(/^-/, ""),
    direction: propertyName.startsWith("-") ? "DESCENDING" : "ASCENDING",
  })),
  z.object({ propertyName: z.string(), direction: z.enum(["ASCENDING", "DESCENDING"]).default("ASCENDING") }),
]);
const searchInput = z.object({
  filterGroups: z
    .array(z.object({ filters: z.array(searchFilter).max(6) }))
    .max(5)
    .default([]),
  sorts: z.array(sort).max(1).default([]),
  query: z.string().optional(),
  properties: z.array(z.string()).default([]),
  limit: z.number().int().min(1).max(200).default(10),
  after: z.union([z.string(), z.number()]).transform(Number).default(0),
});

/** Returns the route that searches records. */
export function searchRoutes(portal: Portal): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/crm/objects/:version/:type/search",
      handle: (request) => search(portal, request),
    },
  ];
}

function search(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const input = parseBody(request, searchInput);
  if (JSON.stringify(request.body).length > BODY_CAP)
    throw invalidRequest(`The search request body is longer than ${BODY_CAP} characters`);
  if (input.after + input.limit > RESULTS_CAP)
    throw invalidRequest(`The search results cannot be paged beyond ${RESULTS_CAP}`);
  const matches = matcherOf(input);
  const matching: CrmRecord[] = [];
  for (const record of presentRecords(portal.records, typeId)) if (matches(record)) matching.push(record);
  const [order] = input.sorts;
  const found = sortRecords(matching, {
    name: order?.propertyName ?? "hs_object_id",
    isDescending: order?.direction === "DESCENDING",
  });
  const end = input.after + input.limit;
  const wanted = { properties: input.properties, withHistory: [] };
  const results = found.slice(input.after, end).map((record) => wireRecord(portal, record, wanted));
  return ok({
    total: found.length,
    results,
    ...(end < found.length ? { paging: { next: { after: String(end) } } } : {}),
  });
}

function matcherOf(input: z.infer<typeof searchInput>): (record: CrmRecord) => boolean {
  const groups = input.filterGroups.map(({ filters }) => filters.map(filterTest));
  const query = input.query?.toLowerCase();
  return (record) =>
    (groups.length === 0 || groups.some((tests) => tests.every((test) => test(record)))) &&
    (!query || anyContains(record, query));
}

function anyContains(record: CrmRecord, text: string): boolean {
  for (const value of record.properties.values()) if (value?.toLowerCase().includes(text)) return true;
  return false;
}
