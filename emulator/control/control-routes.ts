import { z } from "zod";
import { objectType, requireRecord } from "../api/named-objects.ts";
import { noContent, ok } from "../http/answer.ts";
import { invalidRequest, notFound } from "../http/api-error.ts";
import type { CallLog } from "../http/call-log.ts";
import { type Fault, fault } from "../http/faults.ts";
import { type ApiRequest, idText, parseBody, type Route } from "../http/route.ts";
import { isoText, parseInstant } from "../instant.ts";
import type { Portal } from "../portal/portal.ts";
import { restoreRecord } from "../portal/record-changes.ts";
import { logEvent } from "../portal/record-events.ts";
import { findArchived, findRecord, presentRecords } from "../portal/record-store.ts";
import { dumpRecords } from "../records/dump-records.ts";
import { eventLine } from "../records/record-line.ts";
import { makeTraffic } from "../traffic/make-traffic.ts";
import { webhookSettings } from "../webhooks/subscription.ts";
import type { WebhookApp } from "../webhooks/webhook-app.ts";

const DAY_MS = 86_400_000;

const clockInput = z.object({
  now: z.union([z.string(), z.number()]).optional(),
  advanceMs: z.number().optional(),
  advanceDays: z.number().optional(),
  running: z.boolean().optional(),
});
const trafficInput = z.object({
  count: z.number().int().min(0).default(2000),
  seed: z.number().int().default(1),
  perSecond: z.number().min(0).default(0),
});
const recordInput = z.object({ object: z.string(), id: idText });
const eventsInput = recordInput.extend({ events: z.array(eventLine) });

export type Controls = {
  readonly portal: Portal;
  readonly webhooks: WebhookApp;
  readonly calls: CallLog;
  readonly faults: Fault[];
  readonly closing: AbortSignal;
};

/** Returns the routes under `/__` that steer and watch the emulator; HubSpot has none of them. */
export function controlRoutes(controls: Controls): readonly Route[] {
  const { portal, webhooks, calls, faults } = controls;
  return [
    { method: "GET", path: "/__clock", handle: () => ok(clockState(portal)) },
    {
      method: "POST",
      path: "/__clock",
      handle: (request) => moveClock(portal, parseBody(request, clockInput)),
    },
    { method: "GET", path: "/__webhooks", handle: () => ok(webhooks.settings() ?? null) },
    { method: "POST", path: "/__webhooks", handle: (request) => configureWebhooks(webhooks, request) },
    { method: "GET", path: "/__calls", handle: (request) => ok(callsAfter(calls, request)) },
    {
      method: "DELETE",
      path: "/__calls",
      handle: () => {
        calls.calls = [];
        return noContent();
      },
    },
    { method: "GET", path: "/__records", handle: (request) => listRecords(portal, request) },
    { method: "GET", path: "/__dump", handle: () => ({ status: 200, lines: dumpRecords(portal) }) },
    { method: "GET", path: "/__state", handle: () => ok(state(controls)) },
    { method: "POST", path: "/__traffic", handle: (request) => traffic(controls, request) },
    { method: "POST", path: "/__events", handle: (request) => addEvents(portal, request) },
    { method: "POST", path: "/__restore", handle: (request) => restore(portal, request) },
    { method: "GET", path: "/__faults", handle: () => ok(faults) },
    {
      method: "POST",
      path: "/__faults",
      handle: (request) => ok(setFaults(faults, parseBody(request, z.union([fault, z.array(fault)])))),
    },
    { method: "DELETE", path: "/__faults", handle: () => ok(setFaults(faults, [])) },
  ];
}

function clockState(portal: Portal) {
  return { now: isoText(portal.clock.now()), running: portal.clock.isRunning() };
}

function moveClock({ clock, ...portal }: Portal, input: z.infer<typeof clockInput>) {
  const target = input.now === undefined ? clock.now() : parseInstant(String(input.now));
  if (target === undefined) throw invalidRequest(`Not an instant: ${input.now}`);
  if (input.running === false) clock.stop();
  if (input.running === true) clock.run();
  const advance = (input.advanceMs ?? 0) + (input.advanceDays ?? 0) * DAY_MS;
  if (input.now !== undefined || advance !== 0) clock.set(target + advance);
  return ok(clockState({ clock, ...portal }));
}

async function configureWebhooks(webhooks: WebhookApp, request: ApiRequest) {
  await webhooks.configure(parseBody(request, webhookSettings));
  return ok(webhooks.settings());
}

function callsAfter(log: CallLog, request: ApiRequest) {
  const after = Number(request.query.get("after") ?? 0);
  return { lastSeq: log.lastSeq, calls: log.calls.filter((call) => call.seq > after) };
}

function listRecords(portal: Portal, request: ApiRequest) {
  const { typeId } = objectType(portal, request.query.get("object") ?? "contact");
  const limit = Number(request.query.get("limit") ?? Number.POSITIVE_INFINITY);
  const results: object[] = [];
  for (const record of presentRecords(portal.records, typeId, Number(request.query.get("after") ?? 0))) {
    if (results.length === limit) return ok({ results, next: record.slot });
    results.push({ id: record.id, properties: Object.fromEntries(record.properties) });
  }
  return ok({ results });
}

function state({ portal, webhooks, calls }: Controls) {
  const records = [...portal.records.tables].map(([typeId, table]) => [
    portal.types.get(typeId)?.name ?? typeId,
    table.byId.size,
  ]);
  return {
    portalId: portal.id,
    ...clockState(portal),
    records: Object.fromEntries(records),
    eventOccurrences: portal.events.all.items.length,
    lists: portal.lists.size,
    calls: calls.lastSeq,
    ...webhooks.counts(),
  };
}

async function traffic({ portal, closing }: Controls, request: ApiRequest) {
  const made = await makeTraffic(portal, parseBody(request, trafficInput), closing);
  return ok({ made });
}

function addEvents(portal: Portal, request: ApiRequest) {
  const input = parseBody(request, eventsInput);
  const record = requireRecord(portal, objectType(portal, input.object).typeId, input.id);
  for (const event of input.events) logEvent(portal, record, event, "CRM_UI");
  return ok({ added: input.events.length });
}

function restore(portal: Portal, request: ApiRequest) {
  const input = parseBody(request, recordInput);
  const { typeId } = objectType(portal, input.object);
  const record = findArchived(portal.records, typeId, input.id);
  if (!record) throw notFound("Nothing archived under this id");
  restoreRecord(portal, record, "CRM_UI");
  return ok({ id: findRecord(portal.records, typeId, input.id)?.id });
}

function setFaults(faults: Fault[], added: Fault | readonly Fault[]): readonly Fault[] {
  const list = Array.isArray(added) ? added : [added];
  if (list.length === 0) faults.length = 0;
  faults.push(...list);
  return faults;
}
