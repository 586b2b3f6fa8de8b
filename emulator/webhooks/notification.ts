import type { Change } from "../portal/change-feed.ts";
import type { ObjectTypes } from "../portal/object-types.ts";
import type { Subscription } from "./subscription.ts";

/** A notification as HubSpot sends it. */
export type Notification = { readonly [field: string]: unknown } & { readonly attemptNumber: number };
type Sender = {
  readonly portalId: number;
  readonly appId: number;
  readonly types: ObjectTypes;
  readonly eventId: number;
};

/** Returns the body of one notification, or undefined where HubSpot has no notification for the change in this format. */
export function describeChange(
  change: Change,
  subscription: Subscription,
  sender: Sender,
): Notification | undefined {
  const special = specialFields(change, subscription, sender.types);
  if (!special) return undefined;
  const prefix = subscription.legacy ? subscription.type.name : "object";
  return {
    eventId: sender.eventId,
    subscriptionId: subscription.id,
    portalId: sender.portalId,
    appId: sender.appId,
    occurredAt: change.occurredAt,
    subscriptionType: `${prefix}.${change.kind}`,
    attemptNumber: 0,
    ...special,
    changeSource: change.source,
    ...(change.source === "CRM_UI" ? { sourceId: "userId:1" } : {}),
  };
}

function specialFields(change: Change, subscription: Subscription, types: ObjectTypes): object | undefined {
  if (change.kind === "associationChange") return associationFields(change, subscription, types);
  const object = {
    objectId: wireId(change.id),
    ...(subscription.legacy ? {} : { objectTypeId: change.type }),
  };
  switch (change.kind) {
    case "propertyChange": {
      const sensitive = subscription.legacy ? {} : { isSensitive: false };
      return { ...object, propertyName: change.property, propertyValue: change.value, ...sensitive };
    }
    case "creation":
      return { ...object, changeFlag: "NEW" };
    case "merge":
      return {
        ...object,
        primaryObjectId: wireId(change.primaryId),
        mergedObjectIds: change.mergedIds.map(wireId),
        newObjectId: wireId(change.id),
        numberOfPropertiesMoved: change.propertiesMoved,
      };
    default:
      return object;
  }
}

const LEGACY_PAIRS = new Set([
  ...["COMPANY", "DEAL", "TICKET", "CONTACT"].map((to) => `CONTACT_TO_${to}`),
  ...["CONTACT", "DEAL", "TICKET", "COMPANY"].map((to) => `COMPANY_TO_${to}`),
  ...["CONTACT", "COMPANY", "LINE_ITEM", "TICKET", "DEAL"].map((to) => `DEAL_TO_${to}`),
  ...["CONTACT", "COMPANY", "DEAL", "TICKET"].map((to) => `TICKET_TO_${to}`),
  "LINE_ITEM_TO_DEAL",
]);

type AssociationChange = Extract<Change, { kind: "associationChange" }>;

function associationFields(
  change: AssociationChange,
  subscription: Subscription,
  types: ObjectTypes,
): object | undefined {
  const ends = { fromObjectId: wireId(change.id), toObjectId: wireId(change.toId) };
  const common = { ...ends, associationRemoved: change.removed, isPrimaryAssociation: change.isPrimary };
  if (!subscription.legacy) {
    return {
      ...common,
      fromObjectTypeId: change.type,
      toObjectTypeId: change.toType,
      associationTypeId: change.typeId,
      associationCategory: change.category,
    };
  }
  const toName = types.get(change.toType)?.name ?? change.toType;
  const associationType = `${subscription.type.name}_to_${toName}`.toUpperCase();
  return LEGACY_PAIRS.has(associationType) ? { ...common, associationType } : undefined;
}

/** Ids travel as JSON numbers, whatever their size; one that is no number stays text. */
function wireId(id: string): number | bigint | string {
  if (!/^(0|[1-9]\d*)$/.test(id)) return id;
  return Number.isSafeInteger(Number(id)) ? Number(id) : BigInt(id);
}

const MARK = "\u0000";
const MARKED_NUMBER = /"\\u0000(\d+)\\u0000"/g;

/** Returns the JSON text of a request's notifications, ids beyond what a double holds included, digit for digit. */
export function notificationText(batch: readonly Notification[]): string {
  const text = JSON.stringify(batch, (_, value) =>
    typeof value === "bigint" ? `${MARK}${value}${MARK}` : value,
  );
  return text.replace(MARKED_NUMBER, "$1");
}
