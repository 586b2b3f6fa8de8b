import { eventsOf } from "./delivery.ts";
import { type Notification, readNotification } from "./notification.ts";

const idFields = new Set([
  "objectId",
  "fromObjectId",
  "toObjectId",
  "primaryObjectId",
  "newObjectId",
  "mergedObjectIds",
]);

/**
 * Returns the body of a delivery without the events about these records of one type, the unreadable ones that name
 * such an id included, so that nothing of a person stays in it; a body that is no delivery comes back empty.
 */
export function withoutRecords(body: Buffer, object: string, ids: ReadonlySet<string>): Buffer {
  const kept = (eventsOf(body) ?? []).filter((event) => {
    const reading = readNotification(event);
    return reading.ok ? !isAbout(reading.notification, object, ids) : !namesAny(event, ids);
  });
  return Buffer.from(JSON.stringify(kept));
}

function isAbout(notification: Notification, object: string, ids: ReadonlySet<string>): boolean {
  if (notification.kind === "associationChange" && notification.toObject === object) {
    if (ids.has(notification.toRecordId)) return true;
  }
  if (notification.object !== object) return false;
  const merged = notification.kind === "merge" ? [notification.primaryId, ...notification.mergedIds] : [];
  return [notification.recordId, ...merged].some((id) => ids.has(id));
}

function namesAny(event: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof event !== "object" || event === null) return false;
  return Object.entries(event)
    .filter(([field]) => idFields.has(field))
    .flatMap(([, value]: [string, unknown]) => (Array.isArray(value) ? value : [value]))
    .some((id) => ids.has(String(id)));
}
