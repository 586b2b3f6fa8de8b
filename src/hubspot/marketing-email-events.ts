import { z } from "zod";
import type { EngagementEvent } from "../scoring/record.ts";
import type { HubSpotClient } from "./client.ts";
import { expectStatus } from "./hubspot-error.ts";
import { idSchema } from "./record-answer.ts";

const pageSize = 1_000;
/** What happens to an e-mail within this time of its sending or delivery was done by a machine that checks its links. */
const MACHINE_MS = 10_000;

const eventSchema = z.object({
  id: idSchema,
  type: z.string(),
  created: z.int(),
  recipient: z.string(),
  emailCampaignId: idSchema.nullish(),
  appId: idSchema.nullish(),
  sentBy: z.object({ created: z.int() }).nullish(),
  filteredEvent: z.boolean().nullish(),
  url: z.string().nullish(),
  portalSubscriptionStatus: z.string().nullish(),
  subscriptions: z.array(z.object({ id: idSchema, status: z.string() })).nullish(),
});

/** Something that happened to one e-mail that marketing sent to one recipient; `created` in ms. */
export type EmailEvent = z.infer<typeof eventSchema>;

/** Which events to read: those at or after `from` and at or before `to` (ms). */
export type EmailEventSpan = { readonly from?: number | undefined; readonly to: number };

/** One page of events, newest first; `next` is the `to` of the older ones, which holds some of this page's again. */
export type EmailEventPage = { readonly events: readonly EmailEvent[]; readonly next: number | undefined };

/**
 * Returns up to 1,000 events, newest first. Pages follow each other by instant: HubSpot's own cursors are documented to
 * be short-lived.
 */
export async function listEmailEvents(
  client: HubSpotClient,
  { from, to }: EmailEventSpan,
): Promise<EmailEventPage> {
  const { events, hasMore } = await client.request({
    method: "GET",
    path: "/email/public/v1/events",
    query: {
      limit: String(pageSize),
      startTimestamp: from === undefined ? undefined : String(from),
      endTimestamp: String(to),
    },
    answer: z.object({ events: z.array(eventSchema), hasMore: z.boolean() }),
  });
  const oldest = events.at(-1)?.created;
  if (!hasMore || oldest === undefined) return { events, next: undefined };
  return { events, next: Math.min(oldest, to - 1) };
}

/** The marketing e-mail that a campaign sends, as far as HubSpot tells. */
export type Campaign = { readonly emailId: string | undefined; readonly name: string | undefined };

/** Returns what a campaign sends; undefined where HubSpot does not know it. */
export async function findCampaign(
  client: HubSpotClient,
  campaign: { readonly id: string; readonly appId: string | undefined },
): Promise<Campaign | undefined> {
  const found = await client
    .request({
      method: "GET",
      path: `/email/public/v1/campaigns/${encodeURIComponent(campaign.id)}`,
      query: { appId: campaign.appId },
      answer: z.object({ contentId: idSchema.nullish(), name: z.string().nullish() }),
    })
    .catch(expectStatus(404));
  return found && { emailId: found.contentId ?? undefined, name: found.name ?? undefined };
}

const TYPES: { readonly [type: string]: string } = {
  SENT: "email_sent",
  DELIVERED: "email_delivered",
  OPEN: "email_opened",
  CLICK: "email_clicked",
  BOUNCE: "email_bounced",
  STATUSCHANGE: "email_subscription_changed",
};

/** The event type that a HubSpot e-mail event is of, or undefined where scores know none such. */
export function emailEventType({ type }: EmailEvent): string | undefined {
  return Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
}

const mailOf = ({ emailCampaignId, recipient }: EmailEvent): string =>
  `${emailCampaignId ?? ""} ${recipient.toLowerCase()}`;

/** When each e-mail among these events was delivered (ms): by campaign and recipient. */
function deliveries(events: readonly EmailEvent[]): Map<string, number> {
  return new Map(
    events.filter(({ type }) => type === "DELIVERED").map((event) => [mailOf(event), event.created]),
  );
}

/** Whether an opening or a click was a machine's: HubSpot filters it out, or nobody could have been so quick. */
function isMachine(event: EmailEvent, delivered: ReadonlyMap<string, number>): boolean {
  if (event.type !== "OPEN" && event.type !== "CLICK") return false;
  if (event.filteredEvent === true) return true;
  const since = [event.sentBy?.created, delivered.get(mailOf(event))];
  return since.some((at) => at !== undefined && event.created - at < MACHINE_MS);
}

function propertiesOf(event: EmailEvent, campaign: Campaign | undefined): { [name: string]: string } {
  const [subscription] = event.subscriptions ?? [];
  const known = {
    campaign_id: event.emailCampaignId,
    email_id: campaign?.emailId,
    email_name: campaign?.name,
    link_url: event.url,
    subscription_id: subscription?.id,
    status: event.portalSubscriptionStatus ?? subscription?.status,
  };
  return Object.fromEntries(Object.entries(known).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/**
 * Returns the events that those of a page are, each with the address (lower case) that names its contact. Openings and
 * clicks that a machine made carry `bot: "true"`.
 */
export function emailEvents(
  page: readonly EmailEvent[],
  campaigns: ReadonlyMap<string, Campaign>,
): { readonly email: string; readonly event: EngagementEvent }[] {
  const delivered = deliveries(page);
  return page.flatMap((one) => {
    const type = emailEventType(one);
    const email = one.recipient.trim().toLowerCase();
    if (type === undefined || email === "") return [];
    const known = propertiesOf(one, campaigns.get(one.emailCampaignId ?? ""));
    const properties = isMachine(one, delivered) ? { ...known, bot: "true" } : known;
    return [{ email, event: { id: `mail:${one.id}`, type, occurredAt: one.created, properties } }];
  });
}
