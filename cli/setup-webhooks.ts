import { z } from "zod";
import type { Subscription } from "../src/scores/subscriptions.ts";

const crmEntry = z.object({
  subscriptionType: z.string(),
  objectType: z.string(),
  propertyName: z.string().optional(),
  active: z.boolean(),
});
const namedEntry = z.object({
  subscriptionType: z.string(),
  propertyName: z.string().optional(),
  active: z.boolean(),
});

/** The webhooks component of a developer-platform project, as HubSpot documents it. */
export const webhooksFileSchema = z.strictObject({
  uid: z.string(),
  type: z.literal("webhooks"),
  config: z.strictObject({
    settings: z.strictObject({ targetUrl: z.string(), maxConcurrentRequests: z.int().min(6) }),
    subscriptions: z.strictObject({
      crmObjects: z.array(crmEntry.strict()).default([]),
      legacyCrmObjects: z.array(namedEntry.strict()).optional(),
      hubEvents: z.array(namedEntry.strict()).default([]),
    }),
  }),
});

export type WebhooksFile = z.output<typeof webhooksFileSchema>;
type CrmEntry = z.output<typeof crmEntry>;

/** What a new set of subscriptions changes; `unfollowed` are types that HubSpot notifies nobody of. */
export type WebhooksChange = {
  readonly file: WebhooksFile;
  readonly added: number;
  readonly activated: number;
  readonly deactivated: number;
  readonly active: number;
  readonly unfollowed: readonly string[];
};

/** HubSpot takes no more subscriptions of an app, switched off or on. */
export const MOST_SUBSCRIPTIONS = 1_000;

/** Properties whose changes HubSpot does not notify of, by object type (`*`: any). */
const SILENT: { readonly [objectType: string]: readonly string[] } = {
  "*": ["hs_lastmodifieddate", "num_unique_conversion_events"],
  email: ["hs_email_html", "hs_email_subject"],
  communication: ["hs_communication_body"],
};

const keyOf = ({
  subscriptionType,
  objectType,
  propertyName = "",
}: Subscription | Omit<CrmEntry, "active">) => `${objectType} ${subscriptionType} ${propertyName}`;

function isCustom({ objectType }: Subscription): boolean {
  return /^\d+-\d+$/.test(objectType);
}

function isHeard({ objectType, propertyName }: Subscription): boolean {
  const silent = [...(SILENT["*"] ?? []), ...(SILENT[objectType] ?? [])];
  return propertyName === undefined || !silent.includes(propertyName);
}

function entriesFor(wanted: readonly Subscription[]): Map<string, CrmEntry> {
  const crm = wanted.filter((one) => one.subscriptionType.startsWith("object.") && !isCustom(one));
  const entries = crm.filter(isHeard).map((one) => [keyOf(one), { ...one, active: true }] as const);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hubEvents(
  held: WebhooksFile["config"]["subscriptions"]["hubEvents"],
  wanted: readonly Subscription[],
) {
  const types = new Set(
    wanted.map((one) => one.subscriptionType).filter((type) => !type.startsWith("object.")),
  );
  const known = held.map((entry) => ({ ...entry, active: types.delete(entry.subscriptionType) }));
  return [...known, ...[...types].map((subscriptionType) => ({ subscriptionType, active: true }))];
}

/**
 * Returns the component with exactly the wanted subscriptions active. One that is no longer wanted stays, switched off:
 * HubSpot refuses an upload that leaves a deployed one out.
 */
export function subscribeTo(file: WebhooksFile, wanted: readonly Subscription[]): WebhooksChange {
  const { subscriptions } = file.config;
  const entries = entriesFor(wanted);
  const held = subscriptions.crmObjects.map((entry) => ({ ...entry, active: entries.has(keyOf(entry)) }));
  const known = new Set(held.map(keyOf));
  const added = [...entries].filter(([key]) => !known.has(key)).map(([, entry]) => entry);
  const crmObjects = [...held, ...added];
  const legacy = subscriptions.legacyCrmObjects?.map((entry) => ({ ...entry, active: false }));
  const turned = (to: boolean) =>
    held.filter((entry, index) => entry.active === to && subscriptions.crmObjects[index]?.active !== to)
      .length;
  const changed = {
    crmObjects,
    ...(legacy !== undefined && { legacyCrmObjects: legacy }),
    hubEvents: hubEvents(subscriptions.hubEvents, wanted),
  };
  return {
    file: { ...file, config: { ...file.config, subscriptions: changed } },
    added: added.length,
    activated: turned(true),
    deactivated: turned(false),
    active: crmObjects.filter((entry) => entry.active).length,
    unfollowed: [...new Set(wanted.filter(isCustom).map((one) => one.objectType))],
  };
}
