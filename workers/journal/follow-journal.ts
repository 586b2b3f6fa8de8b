import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import type { WebhooksJournal } from "../../src/hubspot/webhooks-journal.ts";
import { loggable } from "../../src/log.ts";
import { endJournalTurn, takeJournalTurn } from "../../src/store/journal.ts";
import type { WorkContext } from "../work-context.ts";
import { isRefusal, noteRefused } from "./journal-refusals.ts";
import { keepSubscriptions } from "./keep-subscriptions.ts";
import { readJournal } from "./read-journal.ts";

/** Longer than a turn may take. */
const LEASE_MS = 180_000;
/** The journal is looked at every 10 to 15 s, so that installations do not all ask at once. */
const REST_MS = 10_000;
const JITTER_MS = 5_000;
/** How long to leave HubSpot alone after a failure, where it names no wait. */
const FAILURE_REST_MS = 30_000;

/**
 * Follows HubSpot's journal of list members, if its turn has come and no other process has it: keeps the subscriptions,
 * then reads on. The lists that are read every five minutes need none of it.
 */
export async function followJournal(work: WorkContext, journal: WebhooksJournal): Promise<void> {
  const turn = await takeJournalTurn(work.db, journal.app, LEASE_MS);
  if (!turn) return;
  let waitMs = REST_MS + Math.random() * JITTER_MS;
  try {
    const portals = await keepSubscriptions(work, journal, turn);
    if (portals.length === 0) return;
    await readJournal(work, journal, turn).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return noteRefused(work, portals, error);
    });
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    waitMs = Math.max(error.retryAfterMs ?? 0, FAILURE_REST_MS);
    work.log.warn(
      { error: loggable(error) },
      "HubSpot's journal could not be followed; it will be tried again",
    );
  } finally {
    await endJournalTurn(work.db, turn, waitMs);
  }
}
