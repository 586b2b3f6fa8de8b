import { jsonDepth, parseExactJson } from "./exact-json.ts";
import { type Notification, readNotification } from "./notification.ts";
import { portalPattern } from "./notification-shape.ts";

const largestBatch = 100;
const deepestNesting = 20;

/** An event that cannot be read: its place in the delivery, and the reason, which names fields only. */
type MalformedEvent = { readonly portal: string; readonly index: number; readonly reason: string };

/** The events of one webhook delivery, in the order sent, each under its own portal. */
export type Delivery = {
  readonly notifications: readonly Notification[];
  readonly malformed: readonly MalformedEvent[];
  /** How many events were sent for another app or name no portal in a delivery without any. */
  readonly otherApp: number;
  readonly homeless: number;
};

/**
 * Reads the body of a webhook delivery; undefined for what HubSpot never sends (no JSON, no array, more than 100
 * events, nested deeply). An unreadable event without a portal counts to the first portal named in the delivery.
 */
export function readDelivery(body: Buffer, appId?: string): Delivery | undefined {
  const events = eventsOf(body);
  if (events === undefined) return undefined;
  const home = events.map(portalOf).find((portal) => portal !== undefined);
  const notifications: Notification[] = [];
  const malformed: MalformedEvent[] = [];
  let otherApp = 0;
  let homeless = 0;
  for (const [index, event] of events.entries()) {
    const portal = portalOf(event) ?? home;
    const reading = readNotification(event);
    if (isOfAnotherApp(event, appId)) otherApp++;
    else if (reading.ok) notifications.push(reading.notification);
    else if (portal === undefined) homeless++;
    else malformed.push({ portal, index, reason: reading.reason });
  }
  return { notifications, malformed, otherApp, homeless };
}

/** Returns the events of a delivery as sent, or undefined for what HubSpot never sends. */
export function eventsOf(body: Buffer): unknown[] | undefined {
  const text = body.toString("utf8");
  if (jsonDepth(text) > deepestNesting) return undefined;
  try {
    const events = parseExactJson(text);
    return Array.isArray(events) && events.length <= largestBatch ? events : undefined;
  } catch {
    return undefined;
  }
}

function portalOf(event: unknown): string | undefined {
  const portal = fieldOf(event, "portalId");
  return portal !== undefined && portalPattern.test(portal) ? portal : undefined;
}

function isOfAnotherApp(event: unknown, appId: string | undefined): boolean {
  const given = fieldOf(event, "appId");
  return appId !== undefined && given !== undefined && given !== appId;
}

function fieldOf(event: unknown, name: "portalId" | "appId"): string | undefined {
  if (typeof event !== "object" || event === null || !Object.hasOwn(event, name)) return undefined;
  const value: unknown = Reflect.get(event, name);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
