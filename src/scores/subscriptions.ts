import { ENGAGEMENT_OBJECTS, followedProperties } from "../hubspot/engagement-properties.ts";
import { activityOf } from "./event-sources.ts";
import type { PortalNeeds } from "./portal-needs.ts";
import type { PortalScores } from "./score-catalogue.ts";

/** One of HubSpot's webhook subscriptions, in the generic form. */
export type Subscription = {
  readonly subscriptionType: string;
  readonly objectType: string;
  readonly propertyName?: string;
};

const EXISTENCE = ["creation", "deletion", "restore", "merge", "associationChange"];

function subscriptionsTo(
  objectType: string,
  happenings: readonly string[],
  properties: Iterable<string>,
): Subscription[] {
  return [
    ...happenings.map((happening) => ({ subscriptionType: `object.${happening}`, objectType })),
    ...[...properties].map((propertyName) => ({
      subscriptionType: "object.propertyChange",
      objectType,
      propertyName,
    })),
  ];
}

function activitySubscriptions(needs: PortalNeeds): Subscription[] {
  return ENGAGEMENT_OBJECTS.flatMap((activity) => {
    const own = [...needs.eventProperties].filter(([type]) => activityOf(type) === activity);
    return own.length === 0 ? [] : subscriptionsTo(activity, EXISTENCE, followedProperties(activity));
  });
}

/** What the app must subscribe to so that these scores follow every change; never to what they write themselves. */
export function subscriptionsFor({ needs, written }: PortalScores): Subscription[] {
  const records = [...needs.objects].flatMap(([object, own]) => {
    const properties = [...own.properties].filter((name) => !written.get(object)?.has(name));
    return subscriptionsTo(object, EXISTENCE, properties);
  });
  const privacy = { subscriptionType: "contact.privacyDeletion", objectType: "contact" };
  return [...records, ...activitySubscriptions(needs), privacy];
}
