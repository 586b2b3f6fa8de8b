import { z } from "zod";
import { createAppToken } from "./app-token.ts";
import { type CallOutcome, createHubSpotClient, type HubSpotClient } from "./client.ts";
import { HubSpotError } from "./hubspot-error.ts";
import { loadMembershipEvents, type MembershipEvent } from "./journal-file.ts";
import type { OAuthApp } from "./oauth.ts";
import { idSchema } from "./record-answer.ts";

/** The only version there is; it does not go with that of HubSpot's other parts. */
const VERSION = "2026-03";
const SCOPES = [
  "developer.webhooks_journal.read",
  "developer.webhooks_journal.subscriptions.read",
  "developer.webhooks_journal.subscriptions.write",
];
const KIND = "LIST_MEMBERSHIP";
const ACTIONS = ["ADDED_TO_LIST", "REMOVED_FROM_LIST"];

const subscriptionSchema = z.object({
  id: idSchema,
  subscriptionType: z.string(),
  portalId: idSchema.nullish(),
  listIds: z.array(idSchema).nullish(),
  actions: z.array(z.string()).nullish(),
  objectIds: z.array(idSchema).nullish(),
  deletedAt: z.string().nullish(),
});
const entrySchema = z.object({ currentOffset: z.string().min(1), url: z.url() }).optional();

/** What the journal tells of one portal's lists. */
export type ListSubscription = {
  readonly id: string;
  readonly portal: string;
  readonly listIds: readonly string[];
  /** Whether it tells both of entering and of leaving, of every record. */
  readonly isWhole: boolean;
};

/** An entry of the journal: its place, and where the file with its events lies for a while. */
export type JournalEntry = { readonly offset: string; readonly url: string };

/** HubSpot's journal of one app: what happened in the portals that installed it, kept for three days. */
export type WebhooksJournal = {
  /** The client id of the app. */
  readonly app: string;
  /** All subscriptions to lists, of all portals. */
  subscriptions(): Promise<ListSubscription[]>;
  /** Subscribes to these lists of a portal and returns the subscription's id. */
  subscribe(portal: string, listIds: readonly string[]): Promise<string>;
  unsubscribe(id: string): Promise<void>;
  /** The oldest or newest entry, undefined where the journal is empty. */
  earliest(): Promise<JournalEntry | undefined>;
  latest(): Promise<JournalEntry | undefined>;
  /** The entry that follows, undefined where there is none yet. */
  after(offset: string): Promise<JournalEntry | undefined>;
  events(entry: JournalEntry): Promise<MembershipEvent[]>;
};

function subscriptionIn(answer: z.infer<typeof subscriptionSchema>): ListSubscription[] {
  const { id, subscriptionType, portalId, listIds, actions, objectIds, deletedAt } = answer;
  if (subscriptionType !== KIND || !portalId || deletedAt) return [];
  const isWhole = ACTIONS.every((action) => actions?.includes(action)) && (objectIds ?? []).length === 0;
  return [{ id, portal: portalId, listIds: listIds ?? [], isWhole }];
}

/** The app's client: its calls count against no portal's limits, and a token that is taken no more is replaced once. */
function appClient(app: OAuthApp, onCall: (outcome: CallOutcome) => void): HubSpotClient {
  const tokens = createAppToken(app, SCOPES);
  const unlimited = { take: async () => undefined, observe: async () => undefined };
  const client = createHubSpotClient({
    ...{ baseUrl: app.apiUrl, version: VERSION, tokens, budget: unlimited, onCall },
  });
  return {
    version: VERSION,
    request: (call) =>
      client.request(call).catch((error: unknown) => {
        if (!(error instanceof HubSpotError) || error.status !== 401 || !tokens.forget()) throw error;
        return client.request(call);
      }),
  };
}

/** Opens the journal of an app; every failure is a `HubSpotError`. */
export function openWebhooksJournal(
  app: OAuthApp,
  onCall: (outcome: CallOutcome) => void = () => undefined,
): WebhooksJournal {
  const client = appClient(app, onCall);
  const subscriptions = `/webhooks-journal/subscriptions/${VERSION}`;
  const entryAt = async (place: string): Promise<JournalEntry | undefined> => {
    const path = `/webhooks-journal/journal/${VERSION}/${place}`;
    const found = await client.request({ method: "GET", path, answer: entrySchema });
    return found && { offset: found.currentOffset, url: found.url };
  };
  return {
    app: app.clientId,
    async subscriptions() {
      const answer = z.object({ results: z.array(subscriptionSchema) });
      const { results } = await client.request({ method: "GET", path: subscriptions, answer });
      return results.flatMap(subscriptionIn);
    },
    async subscribe(portal, listIds) {
      const { id } = await client.request({
        method: "POST",
        path: subscriptions,
        body: {
          ...{ subscriptionType: KIND, portalId: Number(portal), actions: ACTIONS },
          ...{ listIds: listIds.map(Number), objectIds: [] },
        },
        answer: z.object({ id: idSchema }),
      });
      return id;
    },
    async unsubscribe(id) {
      await client.request({ method: "DELETE", path: `${subscriptions}/${id}`, answer: z.unknown() });
    },
    earliest: () => entryAt("earliest"),
    latest: () => entryAt("latest"),
    after: (offset) => entryAt(`offset/${encodeURIComponent(offset)}/next`),
    events: (entry) => loadMembershipEvents(entry.url, app.apiUrl),
  };
}
