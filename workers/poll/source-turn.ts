import { z } from "zod";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { keepAndAttach } from "../../src/ingestion/attach-events.ts";
import { markChanged } from "../../src/scores/mark-changed.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import { loadCursor, saveCursor } from "../../src/store/cursors.ts";
import { LIVE } from "../../src/store/dirty-marks.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import type { WaitingEvent } from "../../src/store/waiting-events.ts";
import type { WorkContext } from "../work-context.ts";

/** How long a source that is looked at from time to time rests between two looks. */
const REST_MS = 30_000;

/** One look at a source whose events name their contacts: who looks, and which event types are wanted of it. */
export type SourceTurn = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly client: HubSpotClient;
  readonly scores: PortalScores;
  readonly types: ReadonlySet<string>;
};

/** How far back each look goes again, for what HubSpot shows late. */
export const OVERLAP_MS = 300_000;

const position = z.object({ after: z.number(), lookedAt: z.number() });

/** Where reading of a source stands: it was read up to `after`, and last looked at at `lookedAt` (ms). */
export type SourcePosition = z.infer<typeof position>;

/** The position of a source, or undefined where it was never read whole. */
export async function loadPosition(
  { work, portal }: Pick<SourceTurn, "work" | "portal">,
  source: string,
): Promise<SourcePosition | undefined> {
  return position.safeParse(await loadCursor(work.db, portal, source)).data;
}

/** The position after everything up to `now` was asked for. */
export function positionAt(now: number): SourcePosition {
  return { after: now - OVERLAP_MS, lookedAt: now };
}

/** Whether a source has rested long enough; a clock that was set back counts as such. */
export function isRested({ lookedAt }: SourcePosition, now: number): boolean {
  return now < lookedAt || now - lookedAt >= REST_MS;
}

/** Saves the events of a page and marks whose scores they change; with it where reading stands. Tells whether any changed. */
export async function savePage(
  { work, portal, scores }: SourceTurn,
  events: readonly WaitingEvent[],
  cursor?: { readonly source: string; readonly position: SourcePosition },
): Promise<boolean> {
  return work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    const ids = await keepAndAttach(tx, portal, events);
    const marking = { priority: LIVE, delayMs: 0 } as const;
    await markChanged(tx, portal, { object: "contact", ids, needs: scores.needs }, marking);
    if (cursor) await saveCursor(tx, portal, cursor.source, cursor.position);
    return ids.length > 0;
  });
}
