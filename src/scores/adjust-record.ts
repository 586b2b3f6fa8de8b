import { addAdjustment, type NewAdjustment } from "../store/adjustments.ts";
import type { Queryable } from "../store/database.ts";
import { LIVE, markDirty } from "../store/dirty-marks.ts";

/** Gives points to one side of a record's score and marks the record, so that the value follows at once. */
export async function adjustRecord(
  tx: Queryable,
  portal: string,
  to: { readonly scoreId: number; readonly object: string; readonly id: string },
  given: NewAdjustment,
): Promise<void> {
  const { scoreId, object, id } = to;
  await addAdjustment(tx, portal, { scoreId, recordId: id }, given);
  await markDirty(tx, portal, { object, ids: [id] }, { priority: LIVE, delayMs: 0 });
}
