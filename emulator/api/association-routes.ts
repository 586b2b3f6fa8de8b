import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { invalidRequest } from "../http/api-error.ts";
import { type ApiRequest, idText, pageLimit, param, parseBody, type Route } from "../http/route.ts";
import { associationType, associationTypes } from "../portal/association-labels.ts";
import { associate, dissociate, linksTo, typesOfLink } from "../portal/associations.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord } from "../portal/record-store.ts";
import { pathType, requireRecord } from "./named-objects.ts";
import { batchAnswer, checkBatchSize } from "./object-batch-routes.ts";

const LARGEST_READ = 1000;
const LARGEST_CREATE = 2000;
const PAGE = 500;

const spec = z.object({ associationCategory: z.string(), associationTypeId: z.number() });
const ref = z.object({ id: idText });
const readInput = z.object({ inputs: z.array(z.object({ id: idText, after: z.string().optional() })) });
const createInput = z.object({
  inputs: z.array(z.object({ from: ref, to: ref, types: z.array(spec).min(1) })),
});
const defaultInput = z.object({ inputs: z.array(z.object({ from: ref, to: ref })) });
const archiveInput = z.object({ inputs: z.array(z.object({ from: ref, to: z.array(ref) })) });
const labelInput = z.object({
  label: z.string().min(1),
  name: z.string(),
  inverseLabel: z.string().optional(),
});

/** Returns the routes of associations and their labels. */
export function associationRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/associations/:version/:from/:to";
  const single = "/crm/objects/:version/:from/:fromId/associations";
  return [
    { method: "POST", path: `${base}/batch/read`, handle: (request) => readBatch(portal, request) },
    { method: "POST", path: `${base}/batch/create`, handle: (request) => createBatch(portal, request) },
    {
      method: "POST",
      path: `${base}/batch/associate/default`,
      handle: (request) => createDefaults(portal, request),
    },
    { method: "POST", path: `${base}/batch/archive`, handle: (request) => archiveBatch(portal, request) },
    { method: "GET", path: `${base}/labels`, handle: (request) => listLabels(portal, request) },
    { method: "POST", path: `${base}/labels`, handle: (request) => createLabel(portal, request) },
    { method: "GET", path: `${single}/:to`, handle: (request) => listOne(portal, request) },
    { method: "PUT", path: `${single}/default/:to/:toId`, handle: (request) => putDefault(portal, request) },
    { method: "PUT", path: `${single}/:to/:toId`, handle: (request) => putLabelled(portal, request) },
    { method: "DELETE", path: `${single}/:to/:toId`, handle: (request) => deleteOne(portal, request) },
  ];
}

function typesOf(portal: Portal, request: ApiRequest) {
  return { from: pathType(portal, request, "from").typeId, to: pathType(portal, request, "to").typeId };
}

function readBatch(portal: Portal, request: ApiRequest) {
  const { from, to } = typesOf(portal, request);
  const { inputs } = parseBody(request, readInput);
  checkBatchSize(inputs, LARGEST_READ);
  const results: object[] = [];
  const missing: string[] = [];
  for (const { id, after } of inputs) {
    const record = findRecord(portal.records, from, id);
    const page = record
      ? pageOfLinks(portal, record, to, { after: Number(after ?? 0), limit: PAGE })
      : undefined;
    if (page && page.results.length > 0) results.push({ from: { id }, to: page.results, ...page.next });
    else missing.push(id);
  }
  return batchAnswer(
    portal,
    results,
    missing.map((id) => noAssociation(portal, from, to, id)),
  );
}

function noAssociation(portal: Portal, from: string, to: string, id: string) {
  const [fromName, toName] = [from, to].map((typeId) => portal.types.get(typeId)?.name ?? typeId);
  return {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
    message: `No ${toName} is associated with ${fromName} ${id}.`,
    context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
  };
}

function pageOfLinks(portal: Portal, record: CrmRecord, to: string, page: { after: number; limit: number }) {
  const links = linksTo(portal, record, to);
  const end = page.after + page.limit;
  const results = links.slice(page.after, end).map((link) => ({
    toObjectId: link.id,
    associationTypes: typesOfLink(portal, record.type, link),
  }));
  return { results, next: end < links.length ? { paging: { next: { after: String(end) } } } : {} };
}

function listOne(portal: Portal, request: ApiRequest) {
  const { from, to } = typesOf(portal, request);
  const record = requireRecord(portal, from, param(request, "fromId"));
  const limit = pageLimit(request, 500, 500);
  const { results, next } = pageOfLinks(portal, record, to, {
    after: Number(request.query.get("after") ?? 0),
    limit,
  });
  return ok({ results, ...next });
}

function labelsOf(
  portal: Portal,
  pair: { from: string; to: string },
  specs: readonly z.infer<typeof spec>[],
): string[] {
  const known = associationTypes(portal.labels, pair.from, pair.to);
  return specs.flatMap(({ associationTypeId }) => {
    const found = known.find((type) => type.typeId === associationTypeId);
    if (!found)
      throw invalidRequest(`${associationTypeId} is no association type from ${pair.from} to ${pair.to}`);
    return found.label === null ? [] : [found.label];
  });
}

function createBatch(portal: Portal, request: ApiRequest) {
  const pair = typesOf(portal, request);
  const { inputs } = parseBody(request, createInput);
  checkBatchSize(inputs, LARGEST_CREATE);
  const results = inputs.map((input) => {
    const labels = labelsOf(portal, pair, input.types);
    return connect(portal, pair, { from: input.from.id, to: input.to.id, labels });
  });
  return batchAnswer(portal, results, [], 201);
}

type Wanted = { readonly from: string; readonly to: string; readonly labels: readonly string[] };

function connect(portal: Portal, pair: { from: string; to: string }, wanted: Wanted) {
  const from = requireRecord(portal, pair.from, wanted.from);
  const to = requireRecord(portal, pair.to, wanted.to);
  associate(portal, [from, to], wanted.labels, "INTEGRATION");
  return {
    fromObjectTypeId: pair.from,
    fromObjectId: from.id,
    toObjectTypeId: pair.to,
    toObjectId: to.id,
    labels: wanted.labels,
  };
}

function createDefaults(portal: Portal, request: ApiRequest) {
  const pair = typesOf(portal, request);
  const { inputs } = parseBody(request, defaultInput);
  checkBatchSize(inputs, LARGEST_CREATE);
  return batchAnswer(
    portal,
    inputs.map(({ from, to }) => defaultAssociation(portal, pair, from.id, to.id)),
    [],
  );
}

function defaultAssociation(portal: Portal, pair: { from: string; to: string }, from: string, to: string) {
  connect(portal, pair, { from, to, labels: [] });
  const { category, typeId } = associationType(portal.labels, pair.from, pair.to, null);
  return {
    from: { id: from },
    to: { id: to },
    associationSpec: { associationCategory: category, associationTypeId: typeId },
  };
}

function putDefault(portal: Portal, request: ApiRequest) {
  const made = defaultAssociation(
    portal,
    typesOf(portal, request),
    param(request, "fromId"),
    param(request, "toId"),
  );
  return batchAnswer(portal, [made], []);
}

function putLabelled(portal: Portal, request: ApiRequest) {
  const pair = typesOf(portal, request);
  const labels = labelsOf(portal, pair, parseBody(request, z.array(spec)));
  return created(
    connect(portal, pair, { from: param(request, "fromId"), to: param(request, "toId"), labels }),
  );
}

function disconnect(portal: Portal, pair: { from: string; to: string }, fromId: string, toId: string): void {
  const from = findRecord(portal.records, pair.from, fromId);
  const to = findRecord(portal.records, pair.to, toId);
  if (from && to) dissociate(portal, [from, to], "INTEGRATION");
}

function deleteOne(portal: Portal, request: ApiRequest) {
  disconnect(portal, typesOf(portal, request), param(request, "fromId"), param(request, "toId"));
  return noContent();
}

function archiveBatch(portal: Portal, request: ApiRequest) {
  const pair = typesOf(portal, request);
  const { inputs } = parseBody(request, archiveInput);
  checkBatchSize(inputs, LARGEST_CREATE);
  for (const { from, to } of inputs) for (const one of to) disconnect(portal, pair, from.id, one.id);
  return noContent();
}

function listLabels(portal: Portal, request: ApiRequest) {
  const { from, to } = typesOf(portal, request);
  return ok({ results: associationTypes(portal.labels, from, to) });
}

function createLabel(portal: Portal, request: ApiRequest) {
  const { from, to } = typesOf(portal, request);
  const { label } = parseBody(request, labelInput);
  associationType(portal.labels, from, to, label);
  return ok({ results: associationTypes(portal.labels, from, to).filter((type) => type.label === label) });
}
