import { callAllowance } from "../../src/call-stops.ts";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { knownEventTypes, listOccurrences } from "../../src/hubspot/event-occurrences.ts";
import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { occurrenceTypesFor } from "../../src/hubspot/occurrence-events.ts";
import { loggable } from "../../src/log.ts";
import { markChanged } from "../../src/scores/mark-changed.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import { loadCoverage } from "../../src/store/coverage.ts";
import { loadCursor, saveCursor } from "../../src/store/cursors.ts";
import { LIVE } from "../../src/store/dirty-marks.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import type { WorkContext } from "../work-context.ts";
import { pollSources } from "./poll-sources.ts";
import { pollCursor, readPollCursor, saveOccurrences } from "./save-occurrences.ts";

type Polling = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly client: HubSpotClient;
  readonly known: ReadonlySet<string>;
  readonly scores: PortalScores;
};

async function pollType(polling: Polling, type: string): Promise<boolean> {
  const { work, portal, client, scores } = polling;
  const source = `occurrences ${type}`;
  const position = readPollCursor(await loadCursor(work.db, portal, source));
  const [eventType] = occurrenceTypesFor(type, portal, polling.known);
  if (position === undefined || eventType === undefined) return false;
  const polledAt = work.clock.now();
  let newest = position.after;
  let isChanged = false;
  let after: string | undefined;
  do {
    const page = await listOccurrences(client, {
      eventType,
      occurredAfter: position.after,
      ...(after !== undefined && { after }),
    });
    newest = Math.max(newest, page.occurrences.at(-1)?.occurredAt ?? 0);
    after = page.after;
    isChanged = await work.db.transaction(async (tx) => {
      await lockPortalData(tx, portal);
      const ids = await saveOccurrences(tx, portal, page.occurrences);
      await markChanged(
        tx,
        portal,
        { object: "contact", ids, needs: scores.needs },
        { priority: LIVE, delayMs: 0 },
      );
      // What HubSpot shows late lies before the newest seen, so the next look overlaps this one.
      if (after === undefined)
        await saveCursor(tx, portal, source, pollCursor(Math.max(newest, polledAt), polledAt));
      return isChanged || ids.length > 0;
    });
  } while (after !== undefined);
  return isChanged;
}

/** Looks for new occurrences of these event types. Tells whether scores may change. */
async function pollOccurrences(
  work: WorkContext,
  portal: string,
  scores: PortalScores,
  types: readonly string[],
): Promise<boolean> {
  if (types.length === 0) return false;
  const client = work.clients.clientFor(portal);
  const polling = { work, portal, client, known: await knownEventTypes(client), scores };
  let isChanged = false;
  try {
    for (const type of types) isChanged = (await pollType(polling, type)) || isChanged;
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    work.log.warn(
      { portal, error: loggable(error) },
      "event occurrences could not be read; the next poll will",
    );
  }
  return isChanged;
}

/** Looks for new events of every type that the portal's scores read and that HubSpot tells of only when asked. */
export async function poll(work: WorkContext, portal: string): Promise<void> {
  if (!(await callAllowance(work.db, work.clock, portal)).live) return;
  const scores = await work.catalogue.load(work.db, portal);
  const coverage = await loadCoverage(work.db, portal);
  const covered = new Set(coverage.filter((item) => item.kind === "event").map((item) => item.name));
  const occurring = [...scores.needs.sources]
    .filter(([type, source]) => source === "occurrences" && covered.has(type))
    .map(([type]) => type);
  const hasOccurred = await pollOccurrences(work, portal, scores, occurring);
  const hasGained = await pollSources(work, portal, scores, covered);
  if (hasOccurred || hasGained) await work.queue.enqueue("score", { portal });
}
