import { hash } from "node:crypto";
import type { z } from "zod";
import { notificationShape, type ShapedNotification } from "./notification-shape.ts";
import { objectNameOf } from "./object-types.ts";

type Common = {
  readonly portal: string;
  /** Object name as `contact`, `company` or `2-N`. */
  readonly object: string;
  readonly recordId: string;
  /** Milliseconds since 1970, by HubSpot's clock. */
  readonly occurredAt: number;
  /** Equal for two deliveries of one happening, whatever the attempt and the form; differs for any two happenings. */
  readonly key: string;
};

/** A change of one property; a redacted value is not the record's true one and must be read from HubSpot. */
type PropertyChange = {
  readonly kind: "propertyChange";
  readonly property: string;
  readonly value: string | null;
  readonly isRedacted: boolean;
  readonly source: string | null;
};

/** Records made one: `recordId` is the record that remains, which may be a new one. */
type Merge = {
  readonly kind: "merge";
  readonly primaryId: string;
  readonly mergedIds: readonly string[];
};

/** An association made or removed, seen from `recordId`. */
type AssociationChange = {
  readonly kind: "associationChange";
  readonly toObject: string;
  readonly toRecordId: string;
  readonly isRemoved: boolean;
};

type Plain = { readonly kind: "creation" | "deletion" | "privacyDeletion" | "restore" };

/** A happening of no use to scoring, with HubSpot's name for it. */
type OtherHappening = { readonly kind: "other"; readonly type: string };

/** What one event of a webhook delivery says. */
export type Notification = Common & (PropertyChange | Plain | Merge | AssociationChange | OtherHappening);

/** A notification, or the fields of an event that are not as HubSpot sends them. */
export type NotificationReading =
  | { readonly ok: true; readonly notification: Notification }
  | { readonly ok: false; readonly reason: string };

type Meaning = { readonly object: string; readonly recordId: string } & (
  | PropertyChange
  | Plain
  | Merge
  | AssociationChange
  | OtherHappening
);

type Reader = (event: ShapedNotification, object: string) => Meaning | string;

/** Reads one event of a delivery in either of HubSpot's forms; the reason of a refusal names fields only. */
export function readNotification(event: unknown): NotificationReading {
  const shaped = notificationShape.safeParse(event);
  if (!shaped.success) return { ok: false, reason: faultyFields(shaped.error) };
  const meaning = meaningOf(shaped.data);
  if (typeof meaning === "string") return { ok: false, reason: meaning };
  const { portalId: portal, occurredAt } = shaped.data;
  const key = keyOf(shaped.data, meaning);
  return { ok: true, notification: { portal, occurredAt, key, ...meaning } };
}

function faultyFields(error: z.ZodError): string {
  const fields = error.issues.map((issue) => issue.path[0] ?? "event");
  return `not as HubSpot sends them: ${[...new Set(fields)].join(", ")}`;
}

function meaningOf(event: ShapedNotification): Meaning | string {
  const [prefix = "", happening = ""] = event.type.split(".");
  const named = prefix === "object" ? (event.objectTypeId ?? event.fromObjectTypeId) : prefix;
  const reader = prefix === "conversation" ? undefined : readers.get(happening);
  const object = objectNameOf(named ?? "");
  if (reader === undefined) {
    return { kind: "other", type: event.type, object, recordId: event.objectId ?? "" };
  }
  return object === "" ? "not as HubSpot sends them: objectTypeId" : reader(event, object);
}

const plainKinds = ["creation", "deletion", "privacyDeletion", "restore"] as const;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...plainKinds.map((kind): [string, Reader] => [kind, (event, object) => readPlain(kind, event, object)]),
  ["propertyChange", readPropertyChange],
  ["merge", readMerge],
  ["associationChange", readAssociationChange],
]);

function readPlain(kind: Plain["kind"], event: ShapedNotification, object: string): Meaning | string {
  if (event.objectId == null) return missing("objectId");
  return { kind, object, recordId: event.objectId };
}

function readPropertyChange(event: ShapedNotification, object: string): Meaning | string {
  if (event.objectId == null) return missing("objectId");
  if (!event.propertyName) return missing("propertyName");
  const value = event.propertyValue ?? null;
  return {
    kind: "propertyChange",
    object,
    recordId: event.objectId,
    property: event.propertyName,
    value,
    isRedacted: event.isSensitive === true || value === "REDACTED",
    source: event.changeSource ?? null,
  };
}

function readMerge(event: ShapedNotification, object: string): Meaning | string {
  const primaryId = event.primaryObjectId ?? event.objectId;
  if (primaryId == null) return missing("primaryObjectId");
  if (event.mergedObjectIds == null) return missing("mergedObjectIds");
  const recordId = event.newObjectId ?? primaryId;
  return { kind: "merge", object, recordId, primaryId, mergedIds: event.mergedObjectIds };
}

function readAssociationChange(event: ShapedNotification, object: string): Meaning | string {
  const recordId = event.fromObjectId ?? event.objectId;
  if (recordId == null) return missing("fromObjectId");
  if (event.toObjectId == null) return missing("toObjectId");
  const toName = event.toObjectTypeId ?? event.associationType?.split("_TO_")[1];
  if (toName == null) return missing("toObjectTypeId");
  return {
    kind: "associationChange",
    object,
    recordId,
    toObject: objectNameOf(toName),
    toRecordId: event.toObjectId,
    isRemoved: event.associationRemoved === true,
  };
}

function missing(field: string): string {
  return `missing: ${field}`;
}

// HubSpot does not promise that an eventId is unique, so everything that makes a happening its own is in the key.
function keyOf(event: ShapedNotification, meaning: Meaning): string {
  const parts = [
    event.portalId,
    event.eventId ?? "",
    event.occurredAt,
    meaning,
    event.associationTypeId ?? "",
  ];
  return hash("sha256", JSON.stringify(parts), "base64url");
}
