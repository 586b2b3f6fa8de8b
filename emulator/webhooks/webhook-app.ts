import type { Change } from "../portal/change-feed.ts";
import type { Portal } from "../portal/portal.ts";
import { createRandom, type Random } from "../seeded-random.ts";
import { type Delivery, type DeliveryCounts, startDelivery } from "./delivery.ts";
import { describeChange } from "./notification.ts";
import { isSubscribed, readSubscriptions, type Subscription, type WebhookSettings } from "./subscription.ts";

const REPEATED_EVENT_IDS = 1 / 250;
const NOTHING: DeliveryCounts = {
  notificationsSent: 0,
  notificationsPending: 0,
  inFlight: 0,
  failed: 0,
  retried: 0,
  requests: 0,
};

export type WebhookApp = {
  /** Replaces the subscriptions; what waited for the former ones is dropped. */
  configure(settings: WebhookSettings): Promise<void>;
  settings(): WebhookSettings | undefined;
  counts(): DeliveryCounts;
  [Symbol.asyncDispose](): Promise<void>;
};

type Listening = {
  readonly settings: WebhookSettings;
  readonly delivery: Delivery;
  /** Subscriptions by kind and object type: a change asks for few of them. */
  readonly byKind: ReadonlyMap<string, readonly Subscription[]>;
};

/** Returns the portal's one connected app, which is told of changes once it is configured and while it is installed. */
export function createWebhookApp(portal: Portal, isInstalled: () => boolean = () => true): WebhookApp {
  const nextEventId = eventIds(createRandom(portal.id));
  let listening: Listening | undefined;
  const listener = (change: Change) => {
    if (listening && isInstalled()) notify(portal, listening, change, nextEventId);
  };
  portal.feed.listeners.add(listener);
  return {
    configure: async (settings) => {
      const byKind = Map.groupBy(
        readSubscriptions(portal.types, settings),
        (one) => `${one.kind} ${one.type.typeId}`,
      );
      await listening?.delivery[Symbol.asyncDispose]();
      listening = { settings, byKind, delivery: startDelivery(settings, portal.clock) };
    },
    settings: () => listening?.settings,
    counts: () => listening?.delivery.counts() ?? NOTHING,
    [Symbol.asyncDispose]: async () => {
      portal.feed.listeners.delete(listener);
      await listening?.delivery[Symbol.asyncDispose]();
    },
  };
}

function notify(
  portal: Portal,
  { settings, delivery, byKind }: Listening,
  change: Change,
  nextEventId: () => number,
): void {
  for (const subscription of byKind.get(`${change.kind} ${change.type}`) ?? []) {
    if (!isSubscribed(subscription, change)) continue;
    const sender = {
      portalId: portal.id,
      appId: settings.appId,
      types: portal.types,
      eventId: nextEventId(),
    };
    const notification = describeChange(change, subscription, sender);
    if (notification) delivery.add(notification);
  }
}

/** Event ids are numbers that now and then come twice, as HubSpot warns. */
function eventIds(random: Random): () => number {
  let last = 0;
  return () => {
    if (last === 0 || !random.chance(REPEATED_EVENT_IDS)) last = random.integer(1, 4_000_000_000);
    return last;
  };
}
