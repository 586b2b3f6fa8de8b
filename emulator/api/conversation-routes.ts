import { ok } from "../http/answer.ts";
import { invalidRequest } from "../http/api-error.ts";
import { type ApiRequest, pageLimit, type Route } from "../http/route.ts";
import { isoText, parseInstant } from "../instant.ts";
import { type Occurrence, occurrencesOfType } from "../portal/event-log.ts";
import { CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { resolveRecord } from "../portal/record-store.ts";

const STARTED = "e_conversation_started";
const CHANNELS: readonly (readonly [id: string, name: string])[] = [
  ["1000", "CHAT"],
  ["1001", "FACEBOOK_MESSENGER"],
  ["1002", "EMAIL"],
  ["1007", "WHATSAPP"],
];
const ID_OF_CHANNEL = new Map(CHANNELS.map(([id, name]) => [name, id]));

/** Returns the routes of conversations: one for each that a contact of the portal has started. */
export function conversationRoutes(portal: Portal): readonly Route[] {
  const base = "/conversations/conversations/:version";
  return [
    { method: "GET", path: `${base}/threads`, handle: (request) => listThreads(portal, request) },
    {
      method: "GET",
      path: `${base}/channels`,
      handle: () => ok({ results: CHANNELS.map(([id, name]) => ({ id, name })) }),
    },
  ];
}

function wireThread(portal: Portal, { id, objectId, occurredAt, properties }: Occurrence) {
  const channel = properties["hs_channel"] ?? "CHAT";
  return {
    ...{ id, status: "OPEN", archived: false, spam: false, inboxId: "1" },
    associatedContactId: resolveRecord(portal.records, CONTACT, objectId)?.id ?? `visitor-${objectId}`,
    ...{ createdAt: isoText(occurredAt), latestMessageTimestamp: isoText(occurredAt) },
    ...{ originalChannelId: ID_OF_CHANNEL.get(channel) ?? channel, originalChannelAccountId: "1" },
  };
}

function saidAfter(request: ApiRequest): number {
  const text = request.query.get("latestMessageTimestampAfter");
  const sorted = request.query.get("sort") ?? "id";
  if (sorted !== "id" && sorted !== "latestMessageTimestamp")
    throw invalidRequest(`Cannot sort by ${sorted}`);
  if (text === null && sorted === "latestMessageTimestamp")
    throw invalidRequest("latestMessageTimestampAfter must be given to sort by latestMessageTimestamp");
  if (text === null) return Number.NEGATIVE_INFINITY;
  const instant = parseInstant(text);
  if (instant === undefined) throw invalidRequest(`Invalid latestMessageTimestampAfter: ${text}`);
  return instant;
}

function listThreads(portal: Portal, request: ApiRequest) {
  const limit = pageLimit(request, 100, 500);
  const after = saidAfter(request);
  const found = occurrencesOfType(portal.events, STARTED).filter((one) => one.occurredAt > after);
  const offset = Number(request.query.get("after") ?? 0);
  if (!Number.isInteger(offset) || offset < 0) throw invalidRequest("Invalid paging cursor");
  const results = found.slice(offset, offset + limit).map((one) => wireThread(portal, one));
  const isLast = offset + limit >= found.length;
  return ok({ results, ...(!isLast && { paging: { next: { after: String(offset + limit) } } }) });
}
