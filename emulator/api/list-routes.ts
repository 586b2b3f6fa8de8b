import { z } from "zod";
import { ok } from "../http/answer.ts";
import { notFound } from "../http/api-error.ts";
import {
  type ApiRequest,
  idText,
  listParam,
  pageLimit,
  param,
  parseBody,
  type Route,
} from "../http/route.ts";
import { isoText } from "../instant.ts";
import type { PortalList } from "../portal/list-store.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord } from "../portal/record-store.ts";
import { pathType, requireRecord } from "./named-objects.ts";
import { batchAnswer, checkBatchSize } from "./object-batch-routes.ts";
import { compareIds } from "./record-search.ts";

const searchInput = z.object({
  query: z.string().optional(),
  listIds: z.array(idText).default([]),
  processingTypes: z.array(z.string()).default([]),
  objectTypeId: z.string().optional(),
  count: z.number().int().min(1).max(500).default(20),
  offset: z.number().int().min(0).default(0),
});
const readInput = z.object({ inputs: z.array(z.object({ objectTypeId: z.string(), recordId: idText })) });

/** Returns the routes that read lists (HubSpot's interface calls them segments) and their members. */
export function listRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/lists/:version";
  return [
    { method: "GET", path: base, handle: (request) => readMany(portal, request) },
    { method: "POST", path: `${base}/search`, handle: (request) => search(portal, request) },
    {
      method: "POST",
      path: `${base}/records/memberships/batch/read`,
      handle: (request) => readRecords(portal, request),
    },
    {
      method: "GET",
      path: `${base}/records/:type/:id/memberships`,
      handle: (request) => readRecord(portal, request),
    },
    {
      method: "GET",
      path: `${base}/:listId`,
      handle: (request) => ok({ list: wireList(requireList(portal, request)) }),
    },
    { method: "GET", path: `${base}/:listId/memberships`, handle: (request) => members(portal, request) },
    {
      method: "GET",
      path: `${base}/:listId/memberships/join-order`,
      handle: (request) => members(portal, request),
    },
  ];
}

/** Returns the list in a route's path, or throws HubSpot's 404. */
export function requireList(portal: Portal, request: ApiRequest): PortalList {
  const listId = param(request, "listId");
  const list = portal.lists.get(listId);
  if (!list) throw notFound(`List does not exist with ID ${listId}.`);
  return list;
}

function wireList(list: PortalList) {
  return {
    listId: list.listId,
    listVersion: 1,
    name: list.name,
    objectTypeId: list.objectTypeId,
    processingType: list.processingType,
    processingStatus: "COMPLETE",
    size: list.members.size,
    createdAt: isoText(list.createdAt),
    updatedAt: isoText(list.createdAt),
  };
}

function readMany(portal: Portal, request: ApiRequest) {
  const found = listParam(request, "listIds").flatMap((listId) => portal.lists.get(listId) ?? []);
  return ok({ lists: found.map(wireList) });
}

function search(portal: Portal, request: ApiRequest) {
  const input = parseBody(request, searchInput);
  const wanted = [...portal.lists.values()].filter(
    (list) =>
      (input.listIds.length === 0 || input.listIds.includes(list.listId)) &&
      (input.processingTypes.length === 0 || input.processingTypes.includes(list.processingType)) &&
      (input.objectTypeId === undefined || input.objectTypeId === list.objectTypeId) &&
      list.name.toLowerCase().includes((input.query ?? "").toLowerCase()),
  );
  const end = input.offset + input.count;
  const lists = wanted.slice(input.offset, end).map((list) => {
    const additionalProperties = { hs_list_size: String(list.members.size), hs_list_reference_count: "0" };
    return { ...wireList(list), additionalProperties };
  });
  return ok({
    lists,
    hasMore: end < wanted.length,
    offset: Math.min(end, wanted.length),
    total: wanted.length,
  });
}

function members(portal: Portal, request: ApiRequest) {
  const list = requireList(portal, request);
  const limit = pageLimit(request, 100, 250);
  const after = request.query.get("after");
  const prefix = `${list.objectTypeId}/`;
  const present = [...list.members]
    .filter(
      ([key]) =>
        key.startsWith(prefix) && findRecord(portal.records, list.objectTypeId, key.slice(prefix.length)),
    )
    .map(([key, at]) => ({ recordId: key.slice(prefix.length), membershipTimestamp: isoText(at) }))
    .sort((a, b) => compareIds(a.recordId, b.recordId));
  const rest = after === null ? present : present.filter((member) => compareIds(member.recordId, after) > 0);
  const results = rest.slice(0, limit);
  const last = results.at(-1);
  const paging = rest.length > limit && last ? { paging: { next: { after: last.recordId } } } : {};
  return ok({ total: present.length, results, ...paging });
}

function membershipsOf(portal: Portal, typeId: string, recordId: string) {
  const record = findRecord(portal.records, typeId, recordId);
  return (record?.lists ?? []).map((listId) => {
    const at = isoText(portal.lists.get(listId)?.members.get(`${typeId}/${recordId}`) ?? 0);
    return { listId, listVersion: 1, isPublicList: true, firstAddedTimestamp: at, lastAddedTimestamp: at };
  });
}

function readRecord(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const record = requireRecord(portal, typeId, param(request, "id"));
  const results = membershipsOf(portal, typeId, record.id);
  return ok({ total: results.length, results });
}

function readRecords(portal: Portal, request: ApiRequest) {
  const { inputs } = parseBody(request, readInput);
  checkBatchSize(inputs, 1000);
  const results = inputs.map(({ objectTypeId, recordId }) => ({
    objectTypeId,
    recordId,
    recordListMemberships: membershipsOf(portal, objectTypeId, recordId),
  }));
  return batchAnswer(portal, results, []);
}
