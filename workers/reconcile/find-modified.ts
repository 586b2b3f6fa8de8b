import { z } from "zod";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { type ModifiedCursor, searchModified } from "../../src/hubspot/modified-records.ts";
import { loadCursor, saveCursor } from "../../src/store/cursors.ts";
import { wantReads } from "../../src/store/pending-reads.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import type { WorkContext } from "../work-context.ts";

/** HubSpot's search shows a change some moments late, so each look begins a little before the last one ended. */
const OVERLAP_MS = 60_000;
/** How far the first look goes back. */
const FIRST_LOOK_MS = 3_600_000;

const position = z.object({ since: z.number() });

/**
 * Asks for every record of the type that changed since the last look to be read anew, whether or not a notification told
 * of it. Returns how many.
 */
export async function findModified(
  work: WorkContext,
  portal: string,
  object: string,
  client: HubSpotClient,
): Promise<number> {
  const source = `modified ${object}`;
  const stored = position.safeParse(await loadCursor(work.db, portal, source)).data;
  const startedAt = work.clock.now();
  let cursor: ModifiedCursor | undefined = { since: stored?.since ?? startedAt - FIRST_LOOK_MS };
  let newest = startedAt - OVERLAP_MS;
  let found = 0;
  while (cursor !== undefined) {
    const page = await searchModified(client, object, cursor);
    await work.db.transaction(async (tx) => {
      await lockPortalData(tx, portal);
      await wantReads(
        tx,
        portal,
        object,
        page.records.map((record) => record.id),
      );
    });
    found += page.records.length;
    newest = Math.max(newest, ...page.records.map((record) => record.modifiedAt - OVERLAP_MS));
    cursor = page.next;
  }
  await saveCursor(work.db, portal, source, { since: Math.min(newest, startedAt) });
  return found;
}
