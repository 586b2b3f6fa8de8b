import { z } from "zod";
import { idSchema } from "./record-answer.ts";

/** A portal id: digits alone. */
export const portalPattern = /^[0-9]{1,20}$/;

const latestInstant = 8_640_000_000_000_000;

// PostgreSQL's text holds neither NUL nor half a surrogate pair.
const text = z.string().transform((value) => value.replaceAll("\0", "").toWellFormed());

const flag = z.union([z.boolean(), z.stringbool()]).nullish();

/** One event of a webhook delivery in HubSpot's older (`contact.*`) or generic (`object.*`) form. */
export const notificationShape = z
  .object({
    portalId: idSchema.pipe(z.string().regex(portalPattern)),
    appId: idSchema.nullish(),
    eventId: idSchema.nullish(),
    subscriptionType: text.nullish(),
    eventType: text.nullish(),
    occurredAt: z.int().min(0).max(latestInstant),
    objectId: idSchema.nullish(),
    objectTypeId: text.nullish(),
    propertyName: text.nullish(),
    propertyValue: text.nullish(),
    changeSource: text.nullish(),
    isSensitive: flag,
    fromObjectId: idSchema.nullish(),
    toObjectId: idSchema.nullish(),
    fromObjectTypeId: text.nullish(),
    toObjectTypeId: text.nullish(),
    associationType: text.nullish(),
    associationTypeId: idSchema.nullish(),
    associationRemoved: flag,
    isPrimaryAssociation: flag,
    primaryObjectId: idSchema.nullish(),
    mergedObjectIds: z.array(idSchema).nullish(),
    newObjectId: idSchema.nullish(),
  })
  .transform((event, context) => {
    const type = event.subscriptionType ?? event.eventType;
    if (typeof type === "string" && type !== "") return { ...event, type };
    context.addIssue({ code: "custom", path: ["subscriptionType"], message: "missing" });
    return z.NEVER;
  });

/** An event of the right shape, not yet read for its meaning. */
export type ShapedNotification = z.infer<typeof notificationShape>;
