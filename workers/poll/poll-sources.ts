import { HubSpotError, isDenied, wasNotMade } from "../../src/hubspot/hubspot-error.ts";
import { loggable } from "../../src/log.ts";
import { reconcileClient } from "../../src/reconcile-client.ts";
import type { EventSource } from "../../src/scores/event-sources.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import type { WorkContext } from "../work-context.ts";
import { pollConversations } from "./poll-conversations.ts";
import { pollForms } from "./poll-forms.ts";
import { pollMarketingEmails } from "./poll-marketing-emails.ts";
import type { SourceTurn } from "./source-turn.ts";

type Look = (turn: SourceTurn) => Promise<boolean>;

const LOOKS: readonly (readonly [EventSource, Look])[] = [
  ["forms", pollForms],
  ["marketing_emails", pollMarketingEmails],
  ["conversations", pollConversations],
];

/** The event types that scores read from each source and that have been read whole once. */
function typesBySource(scores: PortalScores, covered: ReadonlySet<string>): Map<EventSource, Set<string>> {
  const read = [...scores.needs.sources].filter(([type]) => covered.has(type));
  const grouped = Map.groupBy(read, ([, source]) => source);
  return new Map([...grouped].map(([source, own]) => [source, new Set(own.map(([type]) => type))]));
}

/**
 * Looks at the sources whose events name their contacts (forms, marketing's e-mails, conversations) where scores read
 * them, within the reconciler's share of the account's calls. Tells whether scores may change.
 */
export async function pollSources(
  work: WorkContext,
  portal: string,
  scores: PortalScores,
  covered: ReadonlySet<string>,
): Promise<boolean> {
  const bySource = typesBySource(scores, covered);
  const looks = LOOKS.filter(([source]) => bySource.has(source));
  if (looks.length === 0) return false;
  const plain = work.clients.clientFor(portal);
  const client = await reconcileClient(work, portal, plain, work.reconcile.share);
  let isChanged = false;
  for (const [source, look] of looks) {
    const turn = { work, portal, client, scores, types: bySource.get(source) ?? new Set<string>() };
    const gained = await look(turn).catch((error: unknown) => {
      if (!(error instanceof HubSpotError)) throw error;
      if (!wasNotMade(error) && !isDenied(error))
        work.log.warn(
          { portal, source, error: loggable(error) },
          "a source of events could not be read; the next poll will",
        );
      return false;
    });
    isChanged = gained || isChanged;
  }
  return isChanged;
}
