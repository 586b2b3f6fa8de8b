import { z } from "zod";
import { type Answer, noContent } from "../http/answer.ts";
import { describeFaults, invalidRequest, invalidValues, notFound } from "../http/api-error.ts";
import { type ApiRequest, idText, parseBody, type Route } from "../http/route.ts";
import { isoText } from "../instant.ts";
import type { ObjectType } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { findValueFaults } from "../portal/property-values.ts";
import { archiveRecord, changeProperties } from "../portal/record-changes.ts";
import { findRecord } from "../portal/record-store.ts";
import { pathType, recordBy } from "./named-objects.ts";
import { createFrom, createInput, writtenValues } from "./object-routes.ts";
import { wireRecord } from "./wire-record.ts";

const LARGEST_BATCH = 100;
const LARGEST_BATCH_WITH_HISTORY = 50;

const readInput = z.object({
  inputs: z.array(z.object({ id: idText })),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
});
const traced = { objectWriteTraceId: z.string().optional() };
const updateInput = z.object({
  inputs: z.array(z.object({ id: idText, properties: writtenValues, ...traced })),
});
const batchCreateInput = z.object({ inputs: z.array(createInput.extend(traced)) });
const archiveInput = z.object({ inputs: z.array(z.object({ id: idText })) });

type Update = z.infer<typeof updateInput>["inputs"][number];
type BatchFault = {
  readonly status: "error";
  readonly category: string;
  readonly message: string;
  readonly context: object;
};

/** Returns the routes of record batches. */
export function objectBatchRoutes(portal: Portal): readonly Route[] {
  const base = "/crm/objects/:version/:type/batch";
  return [
    { method: "POST", path: `${base}/read`, handle: (request) => readBatch(portal, request) },
    { method: "POST", path: `${base}/update`, handle: (request) => updateBatch(portal, request) },
    { method: "POST", path: `${base}/create`, handle: (request) => createBatch(portal, request) },
    { method: "POST", path: `${base}/archive`, handle: (request) => archiveBatch(portal, request) },
  ];
}

/** Throws a 400 for a batch that is empty or too long. */
export function checkBatchSize(inputs: readonly unknown[], largest: number): void {
  if (inputs.length === 0) throw invalidRequest("The batch has no inputs");
  if (inputs.length > largest) {
    throw invalidRequest(
      `The maximum number of inputs supported in a batch request for property is ${largest}. Provided ${inputs.length} inputs.`,
    );
  }
}

/** Returns HubSpot's answer to a batch: 207 when some of it failed. */
export function batchAnswer(
  portal: Portal,
  results: readonly object[],
  errors: readonly object[],
  status = 200,
): Answer {
  const at = isoText(portal.clock.now());
  const faults = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  return {
    status: errors.length > 0 ? 207 : status,
    body: { status: "COMPLETE", results, ...faults, startedAt: at, completedAt: at },
  };
}

function readBatch(portal: Portal, request: ApiRequest) {
  const type = pathType(portal, request);
  const input = parseBody(request, readInput);
  checkBatchSize(
    input.inputs,
    input.propertiesWithHistory.length > 0 ? LARGEST_BATCH_WITH_HISTORY : LARGEST_BATCH,
  );
  const wanted = { properties: input.properties, withHistory: input.propertiesWithHistory };
  const results = new Map<string, object>();
  const missing: string[] = [];
  for (const { id } of input.inputs) {
    const record = recordBy(portal, type.typeId, id, input.idProperty ?? null);
    if (record) results.set(record.id, wireRecord(portal, record, wanted));
    else missing.push(id);
  }
  return batchAnswer(
    portal,
    [...results.values()],
    missing.length > 0 ? [missingFault("get", type, missing)] : [],
  );
}

function missingFault(
  verb: string,
  type: ObjectType,
  ids: readonly string[],
  context: object = {},
): BatchFault {
  const name = type.name.toUpperCase();
  const message = `Could not ${verb} some ${name} objects, they may be deleted or not exist. Check that ids are valid.`;
  return { status: "error", category: "OBJECT_NOT_FOUND", message, context: { ids, ...context } };
}

function updateBatch(portal: Portal, request: ApiRequest) {
  const type = pathType(portal, request);
  const { inputs } = parseBody(request, updateInput);
  checkBatchSize(inputs, LARGEST_BATCH);
  if (new Set(inputs.map((input) => input.id)).size < inputs.length)
    throw invalidRequest("Duplicate IDs found in batch input");
  const tracedAll = inputs.every((input) => input.objectWriteTraceId !== undefined);
  if (!tracedAll) refuseBadBatch(portal, type, inputs);
  const results: object[] = [];
  const errors: BatchFault[] = [];
  for (const input of inputs) {
    const fault = faultOf(portal, type, input);
    if (fault) errors.push(fault);
    else results.push(applyUpdate(portal, type, input));
  }
  return batchAnswer(portal, results, errors);
}

function refuseBadBatch(portal: Portal, type: ObjectType, inputs: readonly Update[]): void {
  const faults = inputs.flatMap((input) =>
    findValueFaults(portal.schema, type.typeId, Object.entries(input.properties)),
  );
  if (faults.length > 0) throw invalidValues(faults);
  const missing = inputs
    .map((input) => input.id)
    .filter((id) => !findRecord(portal.records, type.typeId, id));
  if (missing.length > 0) throw notFound(missingFault("update", type, missing).message, { ids: missing });
}

function faultOf(portal: Portal, type: ObjectType, input: Update): BatchFault | undefined {
  const trace = { objectWriteTraceId: [input.objectWriteTraceId ?? ""] };
  if (!findRecord(portal.records, type.typeId, input.id))
    return missingFault("update", type, [input.id], trace);
  const faults = findValueFaults(portal.schema, type.typeId, Object.entries(input.properties));
  if (faults.length === 0) return undefined;
  return { status: "error", ...describeFaults(faults), context: { ids: [input.id], ...trace } };
}

function applyUpdate(portal: Portal, type: ObjectType, input: Update): object {
  const record = findRecord(portal.records, type.typeId, input.id);
  if (!record) throw new Error("checked to exist");
  changeProperties(portal, record, Object.entries(input.properties), "INTEGRATION");
  const trace =
    input.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: input.objectWriteTraceId };
  return {
    ...wireRecord(portal, record, { properties: Object.keys(input.properties), withHistory: [] }),
    ...trace,
  };
}

function createBatch(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const { inputs } = parseBody(request, batchCreateInput);
  checkBatchSize(inputs, LARGEST_BATCH);
  const faults = inputs.flatMap((input) =>
    findValueFaults(portal.schema, typeId, Object.entries(input.properties)),
  );
  if (faults.length > 0) throw invalidValues(faults);
  const results = inputs.map((input) => {
    const record = createFrom(portal, typeId, input);
    return wireRecord(portal, record, { properties: Object.keys(input.properties), withHistory: [] });
  });
  return batchAnswer(portal, results, [], 201);
}

function archiveBatch(portal: Portal, request: ApiRequest) {
  const { typeId } = pathType(portal, request);
  const { inputs } = parseBody(request, archiveInput);
  checkBatchSize(inputs, LARGEST_BATCH);
  for (const { id } of inputs) {
    const record = findRecord(portal.records, typeId, id);
    if (record) archiveRecord(portal, record, "INTEGRATION");
  }
  return noContent();
}
