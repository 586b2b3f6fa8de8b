import { callAllowance } from "../../src/call-stops.ts";
import { HubSpotError, isDenied } from "../../src/hubspot/hubspot-error.ts";
import { loggable } from "../../src/log.ts";
import { reconcileClient } from "../../src/reconcile-client.ts";
import { activityOf } from "../../src/scores/event-sources.ts";
import { type Coverage, loadCoverage } from "../../src/store/coverage.ts";
import { repairNoted } from "../../src/store/drift.ts";
import { checkProperties } from "../check-properties.ts";
import { driftRule } from "../read/drift-rule.ts";
import type { WorkContext } from "../work-context.ts";
import { findModified } from "./find-modified.ts";
import { refreshLists } from "./refresh-lists.ts";

/** The engagement objects whose events scores read and that have been read whole. */
function activitiesRead(types: ReadonlyMap<string, unknown>, covered: readonly Coverage[]): Set<string> {
  const known = new Set(covered.filter(({ kind }) => kind === "event").map(({ name }) => name));
  return new Set(
    [...types.keys()].filter((type) => known.has(type)).flatMap((type) => activityOf(type) ?? []),
  );
}

/** What the account may not look for is followed by notifications alone. */
function passDenied(error: unknown): void {
  if (!isDenied(error)) throw error;
}

/**
 * Finds what no notification told: records changed since the last look, what we wrote being compared with what is there,
 * and who entered or left lists. Stays within its share of the account's calls.
 */
export async function reconcile(work: WorkContext, portal: string): Promise<void> {
  const { needs, live } = await work.catalogue.load(work.db, portal);
  if (!(await callAllowance(work.db, work.clock, portal)).background) return;
  const plain = work.clients.clientFor(portal);
  const client = await reconcileClient(work, portal, plain, work.reconcile.share);
  const covered = await loadCoverage(work.db, portal);
  const objects = covered.filter((item) => item.kind === "records" && needs.objects.has(item.object));
  try {
    for (const object of new Set(live.map((score) => score.object)))
      await checkProperties(work, portal, object, client);
    for (const { object } of objects) {
      const drift = driftRule(work, portal, object);
      if (drift.repairs) drift.note(await repairNoted(work.db, portal, object));
      await findModified(work, portal, object, client);
    }
    for (const activity of activitiesRead(needs.sources, covered))
      await findModified(work, portal, activity, client).catch(passDenied);
    await refreshLists(work, portal, client, needs);
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    work.log.warn({ portal, error: loggable(error) }, "reconciliation stopped; the next one goes on");
  }
  await work.queue.enqueue("score", { portal });
}
