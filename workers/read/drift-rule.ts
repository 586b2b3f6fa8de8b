import type { WorkContext } from "../work-context.ts";
import type { DriftRule } from "./save-records.ts";

/** What the installation's settings say of scores that someone edited in HubSpot; each find is counted and logged. */
export function driftRule(
  { reconcile, metrics, log }: WorkContext,
  portal: string,
  object: string,
): DriftRule {
  const repairs = reconcile.drift === "repair";
  return {
    repairs,
    note(records) {
      if (records === 0) return;
      metrics.drifted.inc({ action: repairs ? "repaired" : "reported" }, records);
      const fate = repairs ? "they are written anew" : "they are left as they are";
      log.warn({ portal, object, records }, `scores were changed in HubSpot: ${fate}`);
    },
  };
}
