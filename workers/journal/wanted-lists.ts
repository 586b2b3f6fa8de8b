import { LIST_JOURNAL } from "../../src/scores/journal-feature.ts";
import { journalPortals } from "../../src/store/journal.ts";
import { missingLists } from "../../src/store/lists.ts";
import { takeFeatureCheck } from "../../src/store/portal-features.ts";
import type { WorkContext } from "../work-context.ts";

/** A refused journal is tried again once in this time, as other parts of HubSpot are. */
const LOOK_AGAIN_MS = 86_400_000;

/** The lists of which a portal wants to be told, and whether HubSpot refused that before. */
export type WantedLists = { readonly listIds: readonly string[]; readonly wasRefused: boolean };

/** The lists that a portal's scores read and HubSpot still has. */
async function listsInUse(work: WorkContext, portal: string): Promise<string[]> {
  const { needs } = await work.catalogue.load(work.db, portal);
  const read = new Set([...needs.objects.values()].flatMap((own) => [...own.lists]));
  if (read.size === 0) return [];
  const missing = await missingLists(work.db, portal);
  return [...read].filter((id) => /^\d+$/.test(id) && !missing.has(id)).sort();
}

/** By portal that installed the app, the lists that its scores read; portals that are refused are left out but for a try a day. */
export async function wantedLists(work: WorkContext): Promise<Map<string, WantedLists>> {
  const wanted = new Map<string, WantedLists>();
  for (const { portal, isRefused } of await journalPortals(work.db, LIST_JOURNAL)) {
    const listIds = await listsInUse(work, portal);
    if (listIds.length === 0) continue;
    if (isRefused && !(await takeFeatureCheck(work.db, portal, LIST_JOURNAL, LOOK_AGAIN_MS))) continue;
    wanted.set(portal, { listIds, wasRefused: isRefused });
  }
  return wanted;
}
