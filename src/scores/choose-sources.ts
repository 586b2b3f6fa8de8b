import type { HubSpotClient } from "../hubspot/client.ts";
import { listThreads } from "../hubspot/conversations.ts";
import { knownEventTypes } from "../hubspot/event-occurrences.ts";
import { listFormsPage } from "../hubspot/form-submissions.ts";
import { isDenied } from "../hubspot/hubspot-error.ts";
import { listEmailEvents } from "../hubspot/marketing-email-events.ts";
import { occurrenceTypesFor } from "../hubspot/occurrence-events.ts";
import type { ScoreDefinition } from "../scoring/definition.ts";
import { requirementsOf } from "../scoring/requirements.ts";
import { loadCoverage } from "../store/coverage.ts";
import type { Queryable } from "../store/database.ts";
import { loadEventSources, saveEventSources } from "../store/event-sources.ts";
import { listFeatures } from "../store/portal-features.ts";
import { type EventSource, featureOfSource, isEventSource, sourcesOf } from "./event-sources.ts";

/** What choosing works with; `now` in ms. */
export type Choosing = {
  readonly db: Queryable;
  readonly client: HubSpotClient;
  readonly now: () => number;
};

const PROBES: {
  readonly [Source in EventSource]?: (client: HubSpotClient, now: number) => Promise<unknown>;
} = {
  forms: (client) => listFormsPage(client),
  marketing_emails: (client, now) => listEmailEvents(client, { from: now, to: now }),
  conversations: (client, now) => listThreads(client, { saidAfter: now }),
};

/** What HubSpot lets the account read, each part asked for once at most. */
function createOffer({ client, now }: Choosing, portal: string) {
  let known: Promise<Set<string>> | undefined;
  const answers = new Map<EventSource, Promise<boolean>>();
  const isAllowed = (source: EventSource): Promise<boolean> => {
    const ask = PROBES[source]?.(client, now()).then(
      () => true,
      (error: unknown) => {
        if (isDenied(error)) return false;
        throw error;
      },
    );
    const answer = answers.get(source) ?? ask ?? Promise.resolve(true);
    answers.set(source, answer);
    return answer;
  };
  return async (type: string, source: EventSource): Promise<boolean> => {
    if (source !== "occurrences") return isAllowed(source);
    known ??= knownEventTypes(client);
    return occurrenceTypesFor(type, portal, await known).length > 0;
  };
}

/** The types whose source is not chosen yet, or was none, or is refused before anything was read from it. */
async function openTypes(db: Queryable, portal: string, types: readonly string[]): Promise<string[]> {
  const chosen = await loadEventSources(db, portal);
  const off = new Set((await listFeatures(db, portal)).filter((one) => one.isOff).map((one) => one.feature));
  const covered = await loadCoverage(db, portal);
  const read = new Set(covered.filter(({ kind }) => kind === "event").map(({ name }) => name));
  return types.filter((type) => {
    const source = chosen.get(type) ?? "none";
    if (!isEventSource(source) || source === "none" || source === "own") return true;
    return !read.has(type) && off.has(featureOfSource(source, type) ?? "");
  });
}

/**
 * Chooses where the events that these definitions read come from in this account: the most telling source that HubSpot
 * lets it read. A choice stands once anything was read, so that no happening counts from two sources. Returns the types that
 * the account has no source of.
 */
export async function chooseSources(
  deps: Choosing,
  portal: string,
  definitions: readonly ScoreDefinition[],
): Promise<string[]> {
  const types = [...new Set(definitions.flatMap((definition) => requirementsOf(definition).eventTypes))];
  const open = await openTypes(deps.db, portal, types);
  const isOffered = createOffer(deps, portal);
  const choices = new Map<string, EventSource>();
  for (const type of open) {
    let choice: EventSource = "none";
    for (const source of sourcesOf(type)) {
      if (choice === "none" && (await isOffered(type, source))) choice = source;
    }
    choices.set(type, choice);
  }
  if (choices.size > 0) await saveEventSources(deps.db, portal, choices);
  return open.filter((type) => choices.get(type) === "none");
}
