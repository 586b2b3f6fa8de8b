import { z } from "zod";
import type { Change } from "../portal/change-feed.ts";
import {
  findObjectType,
  hasLegacyWebhooks,
  type ObjectType,
  type ObjectTypes,
} from "../portal/object-types.ts";

/** What the emulator is told about the app that listens. */
export const webhookSettings = z.object({
  targetUrl: z.url(),
  clientSecret: z.string().min(1),
  appId: z.number().int().default(1),
  subscriptions: z.array(
    z.object({
      subscriptionType: z.string(),
      objectType: z.string().optional(),
      propertyName: z.string().optional(),
    }),
  ),
  format: z.enum(["legacy", "generic"]).optional(),
  maxConcurrentRequests: z.number().int().min(1).default(10),
  retryDelayMs: z.number().min(0).default(1000),
  windowMs: z.number().min(0).max(100).default(50),
});
export type WebhookSettings = z.infer<typeof webhookSettings>;

export type Subscription = {
  readonly id: number;
  readonly kind: string;
  readonly type: ObjectType;
  readonly property: string | undefined;
  readonly legacy: boolean;
};

/** Returns the settings' subscriptions; one for an object type that the portal lacks throws. */
export function readSubscriptions(types: ObjectTypes, settings: WebhookSettings): readonly Subscription[] {
  return settings.subscriptions.map((entry, index) => {
    const [prefix = "", kind = ""] = entry.subscriptionType.split(".");
    const type = findObjectType(types, prefix === "object" ? (entry.objectType ?? "") : prefix);
    if (!type)
      throw new Error(
        `no object type for the subscription ${entry.subscriptionType} ${entry.objectType ?? ""}`,
      );
    const wantsLegacy = (settings.format ?? (prefix === "object" ? "generic" : "legacy")) === "legacy";
    const legacy = kind === "privacyDeletion" || (wantsLegacy && hasLegacyWebhooks(type));
    return { id: 1000 + index, kind, type, property: entry.propertyName, legacy };
  });
}

/** Tells whether a subscription asks for a change. */
export function isSubscribed(subscription: Subscription, change: Change): boolean {
  if (subscription.kind !== change.kind || subscription.type.typeId !== change.type) return false;
  return change.kind !== "propertyChange" || subscription.property === change.property;
}
