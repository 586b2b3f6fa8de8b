import { z } from "zod";
import { STANDARD_OCCURRENCE_TYPES } from "../engagement-mapping.ts";
import { noContent, ok } from "../http/answer.ts";
import { invalidRequest, notFound } from "../http/api-error.ts";
import { type ApiRequest, idText, listParam, pageLimit, parseBody, type Route } from "../http/route.ts";
import { isoText, parseInstant } from "../instant.ts";
import {
  addOccurrence,
  compareOccurrences,
  type Occurrence,
  type OccurrencePosition,
  occurrencesOfRecord,
  occurrencesOfType,
  occurringTypes,
} from "../portal/event-log.ts";
import { CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { objectType, recordBy } from "./named-objects.ts";

const sentEvent = z.object({
  eventName: z.string().min(1),
  objectId: idText.optional(),
  email: z.string().optional(),
  uuid: z.string().optional(),
  occurredAt: z.union([z.string(), z.number().transform(String)]).optional(),
  properties: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({}),
});
const sentBatch = z.object({ inputs: z.array(sentEvent).max(500) });

/** Returns the routes of event occurrences and of sending custom events. */
export function eventRoutes(portal: Portal): readonly Route[] {
  const base = "/events/event-occurrences/:version";
  return [
    { method: "GET", path: base, handle: (request) => listOccurrences(portal, request) },
    { method: "GET", path: `${base}/event-types`, handle: () => ok({ eventTypes: knownTypes(portal) }) },
    {
      method: "POST",
      path: "/events/custom/:version/send",
      handle: (request) => send(portal, [parseBody(request, sentEvent)]),
    },
    {
      method: "POST",
      path: "/events/custom/:version/send/batch",
      handle: (request) => send(portal, parseBody(request, sentBatch).inputs),
    },
  ];
}

function knownTypes(portal: Portal): readonly string[] {
  return [...new Set([...STANDARD_OCCURRENCE_TYPES, ...occurringTypes(portal.events)])];
}

function listOccurrences(portal: Portal, request: ApiRequest) {
  const limit = pageLimit(request, 20, 1000);
  const ascending = sortOf(request) === "occurredAt";
  const keep = filterOf(request);
  const source = sourceOf(portal, request);
  const after = positionOf(request);
  const page: Occurrence[] = [];
  let more = false;
  for (const occurrence of walk(
    source,
    ascending,
    after,
    instantParam(request, ascending ? "occurredAfter" : "occurredBefore"),
  )) {
    if (!keep(occurrence)) continue;
    if (page.length === limit) {
      more = true;
      break;
    }
    page.push(occurrence);
  }
  const last = page.at(-1);
  const paging = more && last ? { paging: { next: nextPage(request, last) } } : {};
  return ok({ results: page.map((occurrence) => wireOccurrence(portal, occurrence)), ...paging });
}

function sortOf(request: ApiRequest): string {
  const sort = request.query.get("sort") ?? "-occurredAt";
  if (sort !== "occurredAt" && sort !== "-occurredAt") throw invalidRequest(`Cannot sort by ${sort}`);
  return sort;
}

function sourceOf(portal: Portal, request: ApiRequest): readonly Occurrence[] {
  const id = request.query.get("objectId");
  const typeName = request.query.get("objectType");
  if (id !== null && typeName === null) throw invalidRequest("objectType must be given with objectId");
  if (id === null || typeName === null)
    return occurrencesOfType(portal.events, request.query.get("eventType") ?? undefined);
  const { typeId } = objectType(portal, typeName);
  const record = recordBy(portal, typeId, id, null);
  return record ? occurrencesOfRecord(portal.events, typeId, record.id) : [];
}

function filterOf(request: ApiRequest): (occurrence: Occurrence) => boolean {
  const eventType = request.query.get("eventType");
  const after = instantParam(request, "occurredAfter") ?? Number.NEGATIVE_INFINITY;
  const before = instantParam(request, "occurredBefore") ?? Number.POSITIVE_INFINITY;
  const ids = new Set(listParam(request, "id"));
  return (one) =>
    one.occurredAt > after &&
    one.occurredAt < before &&
    (eventType === null || one.eventType === eventType) &&
    (ids.size === 0 || ids.has(one.id));
}

function instantParam(request: ApiRequest, name: string): number | undefined {
  const text = request.query.get(name);
  if (text === null) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined) throw invalidRequest(`Invalid ${name}: ${text}`);
  return instant;
}

function positionOf(request: ApiRequest): OccurrencePosition | undefined {
  const cursor = request.query.get("after");
  if (cursor === null) return undefined;
  const parsed = position.safeParse(parseCursor(cursor));
  if (!parsed.success) throw invalidRequest(`Invalid paging cursor: ${cursor}`);
  const [occurredAt, id, objectId] = parsed.data;
  return { occurredAt, id, objectId };
}

const position = z.tuple([z.number(), z.string(), z.string()]);

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function nextPage(request: ApiRequest, last: Occurrence) {
  const after = Buffer.from(JSON.stringify([last.occurredAt, last.id, last.objectId])).toString("base64url");
  const query = new URLSearchParams(request.query);
  query.set("after", after);
  return { after, link: `${request.path}?${query}` };
}

/** Yields occurrences in the wanted order, starting behind a position, else at an instant, else at the end. */
function* walk(
  source: readonly Occurrence[],
  ascending: boolean,
  after: OccurrencePosition | undefined,
  bound: number | undefined,
): Generator<Occurrence> {
  const edge = bound === undefined ? undefined : { occurredAt: bound, id: "", objectId: "" };
  const start = after ?? edge;
  const wholeLog = ascending ? 0 : source.length;
  const index = start ? firstBehind(source, start, after !== undefined && ascending) : wholeLog;
  yield* ascending ? upwards(source, index) : downwards(source, index - 1);
}

function* upwards(source: readonly Occurrence[], from: number): Generator<Occurrence> {
  for (let at = from, one = source[at]; one; at += 1, one = source[at]) yield one;
}

function* downwards(source: readonly Occurrence[], from: number): Generator<Occurrence> {
  for (let at = from, one = source[at]; one; at -= 1, one = source[at]) yield one;
}

/** Returns the first index whose occurrence lies at or behind a position; `strictly` leaves out the position itself. */
function firstBehind(source: readonly Occurrence[], start: OccurrencePosition, strictly: boolean): number {
  let low = 0;
  let high = source.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const occurrence = source[middle];
    const order = occurrence ? compareOccurrences(occurrence, start) : 1;
    if (order < 0 || (strictly && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wireOccurrence(portal: Portal, occurrence: Occurrence) {
  return {
    id: occurrence.id,
    objectType: (portal.types.get(occurrence.objectType)?.name ?? occurrence.objectType).toUpperCase(),
    objectId: occurrence.objectId,
    eventType: occurrence.eventType,
    occurredAt: isoText(occurrence.occurredAt),
    properties: occurrence.properties,
  };
}

function send(portal: Portal, events: readonly z.infer<typeof sentEvent>[]) {
  for (const event of events) {
    const record =
      event.objectId !== undefined
        ? recordBy(portal, CONTACT, event.objectId, null)
        : recordBy(portal, CONTACT, event.email ?? "", "email");
    if (!record) throw notFound("No contact for this event");
    const now = portal.clock.now();
    const id = event.uuid ?? `sent-${now}-${portal.events.all.items.length}`;
    const occurredAt = parseInstant(event.occurredAt ?? "") ?? now;
    addOccurrence(portal.events, {
      id,
      eventType: event.eventName,
      objectType: CONTACT,
      objectId: record.id,
      occurredAt,
      properties: event.properties,
    });
  }
  return noContent();
}
