import { callAllowance } from "../../src/call-stops.ts";
import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { loggable } from "../../src/log.ts";
import { reconcileClient } from "../../src/reconcile-client.ts";
import { claimRereads, finishReread } from "../../src/store/list-rereads.ts";
import type { WorkContext } from "../work-context.ts";
import { passDenied, refreshList } from "./refresh-lists.ts";

/** When a list whose reading failed is due again. A reading may take longer: of a portal's jobs of a stage one runs at a time. */
const LEASE_MS = 30_000;

/** Reads those lists anew, before their turn, of which HubSpot's journal left doubt; within the reconciler's share of calls. */
export async function rereadLists(work: WorkContext, portal: string): Promise<void> {
  if (!(await callAllowance(work.db, work.clock, portal)).background) return;
  const claimed = await claimRereads(work.db, portal, LEASE_MS);
  if (claimed.length === 0) return;
  const { needs } = await work.catalogue.load(work.db, portal);
  const client = await reconcileClient(work, portal, work.clients.clientFor(portal), work.reconcile.share);
  try {
    for (const reread of claimed) {
      const { listId } = reread;
      const object = [...needs.objects].find(([, own]) => own.lists.has(listId))?.[0];
      if (object !== undefined)
        await refreshList(work, portal, { object, listId, client, needs }).catch(passDenied);
      await finishReread(work.db, portal, reread);
    }
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    work.log.warn(
      { portal, error: loggable(error) },
      "a list could not be read anew; it will be tried again",
    );
  }
  await work.queue.enqueue("score", { portal });
}
