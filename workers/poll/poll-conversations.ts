import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { listChannels, listThreads, type Thread, threadEvent } from "../../src/hubspot/conversations.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import { RECORD_ID, type WaitingEvent } from "../../src/store/waiting-events.ts";
import { isRested, loadPosition, positionAt, type SourceTurn, savePage } from "./source-turn.ts";

/** The name of the cursor. */
export const CONVERSATIONS = "conversations";

/** The events that conversations began with, each waiting for the contact of its id: a visitor's id finds none. */
export async function namedThreads(
  client: HubSpotClient,
  threads: readonly Thread[],
  { eventProperties }: Pick<PortalNeeds, "eventProperties">,
): Promise<WaitingEvent[]> {
  const readsChannel = eventProperties.get("conversation_started")?.has("channel") === true;
  const channels = readsChannel && threads.length > 0 ? await listChannels(client) : new Map();
  return threads.flatMap((thread) => {
    const read = threadEvent(thread, channels);
    return read ? [{ property: RECORD_ID, value: read.contactId, event: read.event }] : [];
  });
}

/** Reads the conversations in which something was said since the last look. Tells whether scores may change. */
export async function pollConversations(turn: SourceTurn): Promise<boolean> {
  const { work, client, scores } = turn;
  const stand = await loadPosition(turn, CONVERSATIONS);
  const now = work.clock.now();
  if (stand === undefined || !isRested(stand, now)) return false;
  const cursor = { source: CONVERSATIONS, position: positionAt(now) };
  let isChanged = false;
  let after: string | undefined;
  do {
    const page = await listThreads(client, { saidAfter: stand.after, after });
    const events = await namedThreads(client, page.threads, scores.needs);
    after = page.after;
    const gained = await savePage(turn, events, after === undefined ? cursor : undefined);
    isChanged = gained || isChanged;
  } while (after !== undefined);
  return isChanged;
}
