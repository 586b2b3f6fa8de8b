import type { HubSpotClient } from "../../src/hubspot/client.ts";
import {
  type Campaign,
  type EmailEvent,
  emailEvents,
  emailEventType,
  findCampaign,
  listEmailEvents,
} from "../../src/hubspot/marketing-email-events.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import type { WaitingEvent } from "../../src/store/waiting-events.ts";
import { isRested, loadPosition, positionAt, type SourceTurn, savePage } from "./source-turn.ts";

/** The name of the cursor. */
export const MARKETING_EMAILS = "marketing e-mails";
const OF_CAMPAIGN = ["email_id", "email_name"];

type Wanted = {
  readonly client: HubSpotClient;
  readonly types: ReadonlySet<string>;
  readonly needs: Pick<PortalNeeds, "eventProperties">;
};

/** What the campaigns of these events send, where rules read it: one call each. */
async function campaignsOf(events: readonly EmailEvent[], { client, types, needs }: Wanted) {
  const campaigns = new Map<string, Campaign>();
  const reads = [...types].some((type) =>
    OF_CAMPAIGN.some((name) => needs.eventProperties.get(type)?.has(name)),
  );
  if (!reads) return campaigns;
  for (const { emailCampaignId: id, appId } of events) {
    if (!id || campaigns.has(id)) continue;
    const unknown = { emailId: undefined, name: undefined };
    campaigns.set(id, (await findCampaign(client, { id, appId: appId ?? undefined })) ?? unknown);
  }
  return campaigns;
}

/** The events of a page that scores read, each waiting for the contact that its recipient's address names. */
export async function namedEmailEvents(page: readonly EmailEvent[], wanted: Wanted): Promise<WaitingEvent[]> {
  const isWanted = (type: string | undefined) => type !== undefined && wanted.types.has(type);
  const campaigns = await campaignsOf(
    page.filter((one) => isWanted(emailEventType(one))),
    wanted,
  );
  return emailEvents(page, campaigns)
    .filter(({ event }) => isWanted(event.type))
    .map(({ email, event }) => ({ property: "email", value: email, event }));
}

/** Reads what happened to marketing's e-mails since the last look. Tells whether scores may change. */
export async function pollMarketingEmails(turn: SourceTurn): Promise<boolean> {
  const { work, client, types } = turn;
  const stand = await loadPosition(turn, MARKETING_EMAILS);
  const now = work.clock.now();
  if (stand === undefined || !isRested(stand, now)) return false;
  const cursor = { source: MARKETING_EMAILS, position: positionAt(now) };
  let isChanged = false;
  let to: number | undefined = now;
  while (to !== undefined) {
    const page = await listEmailEvents(client, { from: stand.after, to });
    const events = await namedEmailEvents(page.events, { client, types, needs: turn.scores.needs });
    to = page.next;
    const gained = await savePage(turn, events, to === undefined ? cursor : undefined);
    isChanged = gained || isChanged;
  }
  return isChanged;
}
