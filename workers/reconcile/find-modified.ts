import { z } from "zod";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { type ModifiedCursor, searchModified } from "../../src/hubspot/modified-records.ts";
import { isActivity } from "../../src/scores/event-sources.ts";
import { loadCursor, saveCursor } from "../../src/store/cursors.ts";
import { readNow } from "../read/read-records.ts";
import { propertiesToRead } from "../read/save-records.ts";
import type { WorkContext } from "../work-context.ts";
import { recordsToRead } from "./records-to-read.ts";

/** HubSpot's search shows a change some moments late, and edits within a minute of our own write wait for the next look. */
const OVERLAP_MS = 60_000;
/** How far the first look goes back. */
const FIRST_LOOK_MS = 3_600_000;

const position = z.object({ since: z.number() });

/**
 * Reads every record of the type that changed since the last look and is not known to be as it is there, whether or not a
 * notification told of it. All calls go through `client`.
 * @throws HubSpotError where HubSpot cannot be asked now: the next look begins where this one did.
 */
export async function findModified(
  work: WorkContext,
  portal: string,
  object: string,
  client: HubSpotClient,
): Promise<void> {
  const source = `modified ${object}`;
  const stored = position.safeParse(await loadCursor(work.db, portal, source)).data;
  const scores = await work.catalogue.load(work.db, portal);
  const properties = isActivity(object) ? [] : propertiesToRead(scores, object);
  const startedAt = work.clock.now();
  let cursor: ModifiedCursor | undefined = { since: stored?.since ?? startedAt - FIRST_LOOK_MS };
  while (cursor !== undefined) {
    const { records, next } = await searchModified(client, object, cursor, properties);
    const ids = isActivity(object)
      ? records.map((record) => record.id)
      : await recordsToRead(work.db, portal, { object, records, scores });
    await readNow(work, portal, { object, ids }, client);
    cursor = next;
  }
  await saveCursor(work.db, portal, source, { since: startedAt - OVERLAP_MS });
}
