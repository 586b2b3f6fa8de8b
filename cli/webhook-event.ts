import { randomInt } from "node:crypto";
import { readNotification } from "../src/hubspot/notification.ts";
import { objectTypeIdOf } from "../src/hubspot/object-types.ts";
import { InputError } from "./session.ts";

type Fields = { readonly [field: string]: unknown };

/** What a notification is made of; `appId` where the own app is known, `now` in ms. */
export type EventWishes = {
  readonly type: string;
  readonly portal: string;
  readonly appId: string | undefined;
  readonly now: number;
  readonly object: string | undefined;
  /** `name=value` texts. */
  readonly set: readonly string[];
};

const KINDS = ["creation", "propertyChange", "deletion", "restore", "merge", "associationChange"];
const LEGACY_OBJECTS = ["contact", "company", "deal", "ticket", "product", "line_item"];
const BOOLEANS = new Set(["associationRemoved", "isPrimaryAssociation", "isSensitive"]);

/** Ids travel as numbers where a number can hold them. */
function wireId(text: string): number | string {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function fieldValue(name: string, text: string): unknown {
  if (BOOLEANS.has(name)) return text === "true";
  if (name === "mergedObjectIds") return text.split(",").map((id) => wireId(id.trim()));
  if (name.endsWith("TypeId") && name !== "associationTypeId") return text;
  if (name.endsWith("Id")) return wireId(text);
  return name === "occurredAt" || name === "attemptNumber" ? Number(text) : text;
}

function readSettings(settings: readonly string[]): Fields {
  const entries = settings.map((setting) => {
    const at = setting.indexOf("=");
    if (at < 1)
      throw new InputError(`--set takes name=value, as in propertyName=lifecyclestage, not ${setting}`);
    const name = setting.slice(0, at);
    return [name, fieldValue(name, setting.slice(at + 1))] as const;
  });
  return Object.fromEntries(entries);
}

function associationFields(prefix: string, id: Fields): Fields {
  const ends = { fromObjectId: id["objectId"], associationRemoved: false, isPrimaryAssociation: false };
  if (prefix === "object")
    return {
      ...ends,
      ...{ fromObjectTypeId: "0-1", toObjectTypeId: "0-2" },
      ...{ associationTypeId: 279, associationCategory: "HUBSPOT_DEFINED" },
    };
  const to = prefix === "contact" ? "company" : "contact";
  return { ...ends, associationType: `${prefix}_to_${to}`.toUpperCase() };
}

function fieldsOfKind(prefix: string, kind: string, id: Fields): Fields {
  if (kind === "associationChange") return associationFields(prefix, id);
  const object = prefix === "object" ? { ...id, objectTypeId: "0-1" } : id;
  if (kind === "creation") return { ...object, changeFlag: "NEW" };
  if (kind !== "merge") return object;
  return {
    ...object,
    ...{ primaryObjectId: id["objectId"], newObjectId: id["objectId"], numberOfPropertiesMoved: 1 },
  };
}

function splitType(type: string): readonly [string, string] {
  const [prefix = "", kind = "", ...rest] = type.split(".");
  const isKnown =
    [...LEGACY_OBJECTS, "object"].includes(prefix) && [...KINDS, "privacyDeletion"].includes(kind);
  if (!isKnown || rest.length > 0)
    throw new InputError(
      `${type} is no type of notification that scores follow: ${LEGACY_OBJECTS.join(", ")} or object, then a dot, then ${KINDS.join(", ")} or privacyDeletion`,
    );
  return [prefix, kind];
}

const CURES: readonly (readonly [RegExp, string])[] = [
  [/objectId|fromObjectId|primaryObjectId/, "name the record with --object ID"],
  [/propertyName/, "add --set propertyName=NAME --set propertyValue=VALUE"],
  [/mergedObjectIds/, "add --set mergedObjectIds=ID,ID"],
  [/toObjectId/, "add --set toObjectId=ID"],
];

function cureOf(reason: string): string {
  return (
    CURES.find(([field]) => field.test(reason.replace(/^missing: /, "")))?.[1] ?? "correct it with --set"
  );
}

/** A type id given by name (`objectTypeId=contact`) becomes the id. */
function withTypeIds(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]) => {
    const isTypeId = /^(from|to)?[oO]bjectTypeId$/.test(name) && typeof value === "string";
    return [name, isTypeId ? objectTypeIdOf(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Returns one event of this type as HubSpot would send it, in its older (`contact.*`) or generic (`object.*`) form.
 * @throws InputError for an unknown type and for fields that are missing or not as HubSpot sends them.
 */
export function inventEvent(wishes: EventWishes): Fields {
  const { type, portal, appId, now, object } = wishes;
  const [prefix, kind] = splitType(type);
  const id = object === undefined ? {} : { objectId: wireId(object) };
  const event = withTypeIds({
    eventId: randomInt(1, 2 ** 32),
    subscriptionId: 1,
    portalId: wireId(portal),
    ...(appId !== undefined && { appId: wireId(appId) }),
    occurredAt: now,
    subscriptionType: type,
    attemptNumber: 0,
    changeSource: "CRM_UI",
    ...fieldsOfKind(prefix, kind, id),
    ...readSettings(wishes.set),
  });
  const reading = readNotification(event);
  if (!reading.ok) throw new InputError(`${type}: ${reading.reason}: ${cureOf(reading.reason)}`);
  return event;
}
