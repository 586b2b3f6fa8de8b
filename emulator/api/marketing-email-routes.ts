import { ok } from "../http/answer.ts";
import { invalidRequest, notFound } from "../http/api-error.ts";
import { type ApiRequest, pageLimit, param, type Route } from "../http/route.ts";
import { type Occurrence, occurrencesOfType } from "../portal/event-log.ts";
import { CONTACT } from "../portal/object-types.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord } from "../portal/record-store.ts";

const WIRE_TYPES: readonly (readonly [eventType: string, type: string])[] = [
  ["e_email_sent", "SENT"],
  ["e_email_delivered", "DELIVERED"],
  ["e_email_opened", "OPEN"],
  ["e_email_clicked", "CLICK"],
  ["e_email_bounced", "BOUNCE"],
  ["e_email_subscription_changed", "STATUSCHANGE"],
];

/** Returns the routes of what happened to marketing's e-mails, as far as their recipients have addresses. */
export function marketingEmailRoutes(portal: Portal): readonly Route[] {
  return [
    { method: "GET", path: "/email/public/v1/events", handle: (request) => listEvents(portal, request) },
    {
      method: "GET",
      path: "/email/public/v1/campaigns/:campaign",
      handle: (request) => campaign(portal, param(request, "campaign")),
    },
  ];
}

/** Campaigns have numbers: an e-mail's own campaign, or one made of its id. */
function campaignOf({ properties }: Occurrence): number {
  const given = Number(properties["hs_campaign_id"] ?? Number.NaN);
  if (Number.isSafeInteger(given)) return given;
  return [...(properties["hs_email_id"] ?? "")].reduce(
    (sum, char) => (sum * 31 + char.charCodeAt(0)) % 1e9,
    7,
  );
}

function wireEvent(portal: Portal, type: string, occurrence: Occurrence) {
  const { id, objectId, occurredAt: created, properties } = occurrence;
  const recipient = findRecord(portal.records, CONTACT, objectId)?.properties.get("email");
  if (!recipient) return [];
  const status = properties["hs_status"];
  const subscription = properties["hs_subscription_id"];
  return [
    {
      ...{ id, type, created, recipient, portalId: portal.id },
      ...{ appId: 113, appName: "Batch", emailCampaignId: campaignOf(occurrence) },
      ...(properties["hs_link_url"] && { url: properties["hs_link_url"] }),
      ...(properties["hs_bot"] === "true" && { filteredEvent: true }),
      ...(status && { portalSubscriptionStatus: status }),
      ...(status && subscription && { subscriptions: [{ id: subscription, status }] }),
    },
  ];
}

function bound(request: ApiRequest, name: string, standard: number): number {
  const text = request.query.get(name);
  if (text === null) return standard;
  if (!/^\d+$/.test(text)) throw invalidRequest(`Invalid ${name}: ${text}`);
  return Number(text);
}

function allEvents(portal: Portal) {
  const events = WIRE_TYPES.flatMap(([eventType, type]) =>
    occurrencesOfType(portal.events, eventType).flatMap((one) => wireEvent(portal, type, one)),
  );
  return events.sort((a, b) => b.created - a.created);
}

function listEvents(portal: Portal, request: ApiRequest) {
  const limit = pageLimit(request, 10, 1_000);
  const from = bound(request, "startTimestamp", 0);
  const to = bound(request, "endTimestamp", Number.MAX_SAFE_INTEGER);
  const offset = bound(request, "offset", 0);
  const type = request.query.get("eventType");
  const recipient = request.query.get("recipient");
  const found = allEvents(portal).filter(
    (one) =>
      one.created >= from &&
      one.created <= to &&
      (type === null || one.type === type) &&
      (recipient === null || one.recipient === recipient),
  );
  const events = found.slice(offset, offset + limit);
  return ok({ events, hasMore: offset + limit < found.length, offset: String(offset + limit) });
}

function campaign(portal: Portal, id: string) {
  for (const [eventType] of WIRE_TYPES) {
    const found = occurrencesOfType(portal.events, eventType).find((one) => String(campaignOf(one)) === id);
    if (!found) continue;
    const { hs_email_id: contentId, hs_email_name: name } = found.properties;
    return ok({ id: Number(id), appId: 113, appName: "Batch", contentId, name: name ?? contentId });
  }
  throw notFound(`No campaign ${id}`);
}
